#include "harness/loop/deadline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "harness/loop/virtual_loop.h"

namespace pushpull {
namespace {

class DeadlineTest : public testing::Test {
 protected:
  static Instant at(int64_t seconds) { return kVirtualStart + Duration::seconds(seconds); }
  void run_until(int64_t seconds) { loop_.run_until(at(seconds)); }

  VirtualLoop loop_;
  std::vector<Duration> reached_;
  Deadline deadline_{loop_, [this] { reached_.push_back(loop_.now() - kVirtualStart); }};
};

TEST_F(DeadlineTest, IsReachedOnce) {
  deadline_.set(at(5));
  run_until(100);
  EXPECT_THAT(reached_, testing::ElementsAre(Duration::seconds(5)));
}

TEST_F(DeadlineTest, TheLatestTimeCounts) {
  deadline_.set(at(5));
  deadline_.set(at(9));  // later
  run_until(8);
  EXPECT_THAT(reached_, testing::IsEmpty());
  deadline_.set(at(30));
  deadline_.set(at(12));  // sooner
  run_until(100);
  EXPECT_THAT(reached_, testing::ElementsAre(Duration::seconds(12)));
}

TEST_F(DeadlineTest, AClearedOneIsNotReachedUntilItIsSetAgain) {
  deadline_.set(at(5));
  deadline_.clear();
  run_until(4);
  deadline_.set(at(7));
  deadline_.clear();
  run_until(20);
  EXPECT_THAT(reached_, testing::IsEmpty());
  deadline_.set(at(25));
  run_until(100);
  EXPECT_THAT(reached_, testing::ElementsAre(Duration::seconds(25)));
}

TEST_F(DeadlineTest, MovingItIsNoEvent) {
  for (int64_t i = 0; i < 1000; ++i) deadline_.set(at(5 + i));
  run_until(2000);
  EXPECT_THAT(reached_, testing::ElementsAre(Duration::seconds(5 + 999)));
  EXPECT_EQ(loop_.events(), 2u);  // at the first time and at the last
}

TEST_F(DeadlineTest, MayBeSetWhenReachedAndDiesSilently) {
  int rounds = 0;
  {
    Deadline* self = nullptr;
    Deadline repeated(loop_, [&] {
      ++rounds;
      self->set(loop_.now() + Duration::seconds(1));
    });
    self = &repeated;
    repeated.set(at(1));
    run_until(3);
  }
  run_until(10);
  EXPECT_EQ(rounds, 3);
}

}  // namespace
}  // namespace pushpull
