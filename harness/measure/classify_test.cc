#include "harness/measure/classify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/random.h"
#include "harness/measure/conservation.h"

namespace pushpull {
namespace {

Instant at(int64_t seconds) { return Instant::from_unix_ns(1) + Duration::seconds(seconds); }
Fetch ok(int64_t seconds) { return {at(seconds), FetchOutcome::kOk}; }
Fetch failed(int64_t seconds) { return {at(seconds), FetchOutcome::kFailed}; }
Fetch missed(int64_t seconds) { return {at(seconds), FetchOutcome::kMissed}; }

constexpr PositionRun kAll{0, 1, 10};

// One target of ten series; ordinal k is intended at 15 k and committed a second later.
class ClassifyTest : public testing::Test {
 protected:
  ClassifyTest() {
    for (int k = 0; k < 3; ++k) {
      ledger_.scraped(0, static_cast<uint64_t>(k), 10, at(15 * k), at(15 * k + 1));
    }
  }
  Account pulled(std::vector<Fetch> fetches) {
    pull_.fetches = {std::move(fetches)};
    return classify(ledger_, &pull_).run;
  }

  Ledger ledger_{1, Window{at(0), at(1000)}};
  PullEvidence pull_;
};

TEST_F(ClassifyTest, SamplesThatNoFetchWasToCarryAreUndersampled) {
  ledger_.mark(0, 1, kAll);
  const Account account = pulled({ok(17)});  // in [16, 31): only ordinal 1 is served then
  EXPECT_EQ(account.undersampled, 20);
  EXPECT_EQ(account.lost_total(), 0);
}

TEST_F(ClassifyTest, AFailedOrMissedFetchLosesWhatTheLeafServedThen) {
  const Account account = pulled({failed(1), missed(16), ok(30)});
  EXPECT_EQ(account.lost_for(LossCause::kFederateFailed), 10);  // ordinal 0, served from 1
  EXPECT_EQ(account.lost_for(LossCause::kFederateMissed), 10);  // ordinal 1, served from 16
  EXPECT_EQ(account.undersampled, 10);                          // ordinal 2
}

TEST_F(ClassifyTest, AFailedScrapeEndsWhatTheLeafServes) {
  ledger_.offered_failed(0, at(45));
  const Account account = pulled({failed(44), failed(46)});
  EXPECT_EQ(account.lost_for(LossCause::kFederateFailed), 10);
  EXPECT_EQ(pulled({failed(46)}).lost_total(), 0);
}

TEST_F(ClassifyTest, TheLookBackEndsItToo) {
  EXPECT_EQ(pulled({failed(330)}).lost_total(), 10);  // ordinal 2, intended at 30, 300 s ago
  EXPECT_EQ(pulled({failed(331)}).lost_total(), 0);
}

TEST_F(ClassifyTest, ToldCausesAndSelectionComeFirst) {
  PositionSet unselected(10);
  unselected.add(PositionRun{0, 1, 4});
  pull_.not_selected.emplace(0, std::move(unselected));
  ledger_.reject(0, 0, PositionRun{3, 1, 2});  // 3 is not selected, 4 was refused
  const Account account = pulled({failed(1)});
  EXPECT_EQ(account.not_selected, 12);
  EXPECT_EQ(account.lost_for(LossCause::kOutOfOrder), 1);
  EXPECT_EQ(account.lost_for(LossCause::kFederateFailed), 5);
  EXPECT_EQ(account.undersampled, 12);
}

TEST_F(ClassifyTest, UnderPushTheRestIsUnattributed) {
  ledger_.mark(0, 0, kAll);
  ledger_.drop(0, 1, PositionRun{0, 1, 7}, LossCause::kWalTruncated);
  ledger_.pending(0, 2, PositionRun{0, 1, 9});
  const Account account = classify(ledger_, nullptr).run;
  EXPECT_EQ(account.lost_for(LossCause::kWalTruncated), 7);
  EXPECT_EQ(account.pending, 9);
  EXPECT_EQ(account.lost_for(LossCause::kUnattributed), 4);  // 3 of ordinal 1, 1 of ordinal 2
}

TEST_F(ClassifyTest, TheWindowIsCountedApart) {
  Ledger ledger(1, Window{at(15), at(30)});
  for (int k = 0; k < 3; ++k) {
    ledger.scraped(0, static_cast<uint64_t>(k), 10, at(15 * k), at(15 * k + 1));
  }
  ledger.drop(0, 1, PositionRun{0, 1, 4}, LossCause::kRestart);
  const Accounts accounts = classify(ledger, nullptr);
  EXPECT_EQ(accounts.window.scraped, 10);
  EXPECT_EQ(accounts.window.lost_for(LossCause::kRestart), 4);
  EXPECT_EQ(accounts.window.lost_for(LossCause::kUnattributed), 6);
  EXPECT_EQ(accounts.run.lost_total(), 30);
}

// Two leaves of two targets, scraped and fetched at random; each undelivered scrape judged by going
// through every fetch.
class PullHistory {
 public:
  explicit PullHistory(uint64_t seed) : random_(seed, "classify") {
    pull_.targets_per_leaf = 2;
    pull_.lookback = Duration::seconds(40);
    for (int leaf = 0; leaf < 2; ++leaf) {
      std::vector<Fetch> grid;
      const auto phase = static_cast<int64_t>(random_.below(7));
      for (int64_t t = phase; t < 400; t += 7) {
        grid.push_back({at(t), static_cast<FetchOutcome>(random_.below(3))});
      }
      pull_.fetches.push_back(std::move(grid));
    }
    for (uint32_t target = 0; target < 4; ++target) scrape(target);
  }

  void compare() const {
    Account expected = ledger_.counted().run;
    for (uint32_t target = 0; target < 4; ++target) {
      for (size_t i = 0; i < scrapes_[target].size(); ++i) judge(target, i, expected);
    }
    const Accounts accounts = classify(ledger_, &pull_);
    EXPECT_EQ(accounts.run, expected);
    EXPECT_THAT(broken_equations(accounts), testing::IsEmpty());
  }

 private:
  struct Scrape {
    int64_t intended;
    int64_t committed;
    bool failed;
    bool delivered;
  };

  void scrape(uint32_t target) {
    auto& scrapes = scrapes_.emplace_back();
    for (int64_t k = 0; k < 30; ++k) {
      const int64_t intended = 12 * k;
      const auto late = static_cast<int64_t>(random_.below(9));
      scrapes.push_back({intended, intended + late, random_.below(6) == 0, random_.below(2) == 0});
      const Scrape& s = scrapes.back();
      const auto ordinal = static_cast<uint64_t>(k);
      if (s.failed) {
        ledger_.offered_failed(target, at(intended));
      } else {
        ledger_.scraped(target, ordinal, 3, at(intended), at(s.committed));
        if (s.delivered) ledger_.mark(target, ordinal, PositionRun{0, 1, 3});
      }
    }
  }

  // Second by second: which scrape does the leaf serve at `t`?
  bool served(uint32_t target, size_t i, int64_t t) const {
    const auto& scrapes = scrapes_[target];
    if (t < scrapes[i].committed || t > scrapes[i].intended + 40) return false;
    for (size_t later = i + 1; later < scrapes.size(); ++later) {
      const int64_t ends =
          scrapes[later].failed ? scrapes[later].intended : scrapes[later].committed;
      if (ends <= t) return false;
    }
    return true;
  }

  void judge(uint32_t target, size_t i, Account& expected) const {
    const Scrape& s = scrapes_[target][i];
    if (s.failed || s.delivered) return;
    for (const Fetch& fetch : pull_.fetches[target / 2]) {
      const int64_t t = (fetch.intended - at(0)) / Duration::seconds(1);
      if (fetch.outcome == FetchOutcome::kOk || !served(target, i, t)) continue;
      const bool failed = fetch.outcome == FetchOutcome::kFailed;
      expected.lost[static_cast<size_t>(failed ? LossCause::kFederateFailed
                                               : LossCause::kFederateMissed)] += 3;
      return;
    }
    expected.undersampled += 3;
  }

  Random random_;
  PullEvidence pull_;
  Ledger ledger_{4, Window{at(0), at(1000)}};
  std::vector<std::vector<Scrape>> scrapes_;
};

TEST(ClassifyPropertyTest, EqualsGoingThroughEveryFetch) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    PullHistory(seed).compare();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace pushpull
