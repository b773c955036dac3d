#include "harness/net_http/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>

namespace pushpull {
namespace {

constexpr int kTasks = 20;

TEST(WorkersTest, RunsAsManyTasksAtOnceAsThereAre) {
  std::latch all_running(kTasks);
  Workers workers;
  // Each waits for all the others: with fewer threads than tasks this would never end.
  for (int i = 0; i < kTasks; ++i) workers.run([&] { all_running.arrive_and_wait(); });
  all_running.wait();
}

TEST(WorkersTest, DestructionRunsWhatWasHandedOver) {
  std::atomic<int> ran = 0;
  {
    Workers workers;
    for (int i = 0; i < 100; ++i) workers.run([&] { ++ran; });
  }
  EXPECT_EQ(ran, 100);
}

TEST(WorkersTest, ReusesIdleThreads) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  {
    Workers workers;
    for (int i = 0; i < 200; ++i) {
      std::latch done(1);
      workers.run([&] {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
        done.count_down();
      });
      done.wait();
    }
  }
  // A thread that has just finished may not have fallen idle yet; two or three can take turns.
  EXPECT_LT(threads.size(), 20u);
}

}  // namespace
}  // namespace pushpull
