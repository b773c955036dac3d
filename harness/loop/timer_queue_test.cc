#include "harness/loop/timer_queue.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/random.h"

namespace pushpull {
namespace {

Instant at(int64_t ns) { return Instant::from_unix_ns(ns); }

class TimerQueueTest : public testing::Test {
 protected:
  TimerId add(int64_t ns, int name) {
    return queue_.add(at(ns), [this, name] { ran_.push_back(name); });
  }
  std::vector<int> drain() {
    ran_.clear();
    while (!queue_.empty()) queue_.pop().task();
    return ran_;
  }

  TimerQueue queue_;
  std::vector<int> ran_;
};

TEST_F(TimerQueueTest, OrdersByTimeThenByAdding) {
  add(20, 1);
  add(10, 2);
  add(20, 3);
  add(10, 4);
  EXPECT_EQ(queue_.next_time(), at(10));
  EXPECT_EQ(queue_.size(), 4u);
  EXPECT_EQ(drain(), (std::vector<int>{2, 4, 1, 3}));
}

TEST_F(TimerQueueTest, CancelForgetsExactlyThatTask) {
  add(1, 1);
  const TimerId second = add(2, 2);
  add(3, 3);
  queue_.cancel(second);
  queue_.cancel(second);
  queue_.cancel(0);
  EXPECT_EQ(queue_.size(), 2u);
  EXPECT_EQ(drain(), (std::vector<int>{1, 3}));
}

TEST_F(TimerQueueTest, CancelOfTheNextTaskMovesNextTime) {
  const TimerId first = add(1, 1);
  add(7, 2);
  queue_.cancel(first);
  EXPECT_EQ(queue_.next_time(), at(7));
}

TEST_F(TimerQueueTest, AnIdNeverNamesALaterTaskInTheSameSlot) {
  const TimerId taken = add(1, 1);
  queue_.pop().task();
  const TimerId reused = add(1, 2);
  EXPECT_NE(taken, reused);
  queue_.cancel(taken);
  EXPECT_EQ(drain(), (std::vector<int>{2}));
}

TEST_F(TimerQueueTest, CancelReleasesWhatTheTaskHoldsAtOnce) {
  auto held = std::make_shared<int>(1);
  const TimerId id = queue_.add(at(1), [held] {});
  EXPECT_EQ(held.use_count(), 2);
  queue_.cancel(id);
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_TRUE(queue_.empty());
}

TEST_F(TimerQueueTest, CancellingAlmostEverythingKeepsOrder) {
  std::vector<TimerId> ids;
  for (int i = 0; i < 1000; ++i) ids.push_back(add(1000 - i, i));
  std::vector<int> expected;
  for (int i = 999; i >= 0; --i) {
    if (i % 100 == 0) {
      expected.push_back(i);
    } else {
      queue_.cancel(ids[static_cast<size_t>(i)]);
    }
  }
  EXPECT_EQ(queue_.size(), 10u);
  EXPECT_EQ(drain(), expected);
}

// A task that is due soon when it is added may be due after one that was not.
TEST_F(TimerQueueTest, WhatWasFarAwayAndWhatIsSoonTakeTurns) {
  constexpr int64_t kMs = 1'000'000;
  add(500 * kMs, 1);
  add(1000 * kMs, 4);
  queue_.pop().task();
  add(520 * kMs, 2);
  add(1000 * kMs, 5);
  add(590 * kMs, 3);
  EXPECT_EQ(queue_.next_time(), at(520 * kMs));
  EXPECT_EQ(queue_.size(), 4u);
  EXPECT_EQ(drain(), (std::vector<int>{2, 3, 4, 5}));
}

// Against a sorted map under a random script of adds, cancels and pops, with tasks that are all due
// soon, and with some that are not.
TEST_F(TimerQueueTest, BehavesAsASortedMap) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const int64_t step_ns = seed % 2 == 0 ? 1 : 10'000'000;
    Random random(seed, "timer_queue_test");
    TimerQueue queue;
    std::map<std::pair<int64_t, int>, TimerId> model;
    int name = 0;
    int ran = -1;
    for (int step = 0; step < 3000; ++step) {
      const uint64_t action = random.below(10);
      if (action < 5) {
        const auto when = static_cast<int64_t>(random.below(50)) * step_ns;
        const int n = name++;
        model[{when, n}] = queue.add(at(when), [&ran, n] { ran = n; });
      } else if (action < 8 && !model.empty()) {
        const auto victim =
            std::next(model.begin(), static_cast<int64_t>(random.below(model.size())));
        queue.cancel(victim->second);
        model.erase(victim);
      } else if (!model.empty()) {
        TimerQueue::Due due = queue.pop();
        due.task();
        ASSERT_EQ(due.when.unix_ns(), model.begin()->first.first);
        ASSERT_EQ(ran, model.begin()->first.second);
        model.erase(model.begin());
      }
      ASSERT_EQ(queue.size(), model.size());
      ASSERT_EQ(queue.empty(), model.empty());
      if (!model.empty()) {
        ASSERT_EQ(queue.next_time().unix_ns(), model.begin()->first.first);
      }
    }
  }
}

}  // namespace
}  // namespace pushpull
