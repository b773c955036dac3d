#include "harness/measure/conservation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushpull {
namespace {

Accounts balanced() {
  Accounts accounts;
  Account& run = accounts.run;
  run.scraped = 100;
  run.delivered = 80;
  run.not_selected = 4;
  run.undersampled = 3;
  run.lost[static_cast<size_t>(LossCause::kRejected)] = 6;
  run.lost[static_cast<size_t>(LossCause::kUnattributed)] = 5;
  run.pending = 2;
  run.received = 95;
  run.duplicates = 7;
  run.rejected = 5;
  run.corrupted = 2;
  run.unknown = 1;
  return accounts;
}

TEST(ConservationTest, BalancedBooksHoldNoSurprise) {
  EXPECT_THAT(broken_equations(balanced()), testing::IsEmpty());
}

TEST(ConservationTest, NamesTheEquationAndItsNumbers) {
  Accounts accounts = balanced();
  accounts.run.pending = 1;
  EXPECT_THAT(broken_equations(accounts),
              testing::ElementsAre("run: scraped 100 is not delivered 80 + not selected 4 + "
                                   "undersampled 3 + lost 11 + pending 1 = 99"));
}

TEST(ConservationTest, EveryTermCounts) {
  int64_t Account::*const terms[] = {
      &Account::scraped,   &Account::delivered, &Account::not_selected, &Account::undersampled,
      &Account::pending,   &Account::received,  &Account::duplicates,   &Account::rejected,
      &Account::corrupted, &Account::unknown};
  for (const auto term : terms) {
    Accounts run = balanced();
    run.run.*term += 1;
    EXPECT_FALSE(broken_equations(run).empty());
    Accounts window = balanced();
    window.window.*term += 1;
    EXPECT_FALSE(broken_equations(window).empty());
  }
}

TEST(ConservationTest, LeavesMakeWhatTheyDeliver) {
  Accounts accounts = balanced();
  accounts.leaf_made = {.scraped = 5, .delivered = 6};
  EXPECT_THAT(broken_equations(accounts),
              testing::ElementsAre("run: 6 leaf-made samples delivered, only 5 made"));
  accounts.leaf_made_told = false;
  EXPECT_THAT(broken_equations(accounts), testing::IsEmpty());
}

}  // namespace
}  // namespace pushpull
