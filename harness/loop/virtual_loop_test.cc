#include "harness/loop/virtual_loop.h"

#include <gtest/gtest.h>

#include <vector>

namespace pushpull {
namespace {

constexpr Duration kSecond = Duration::seconds(1);

TEST(VirtualLoopTest, StartsAtAFixedDate) {
  EXPECT_EQ(VirtualLoop().now(), kVirtualStart);
  EXPECT_EQ(VirtualLoop(Instant::from_unix_ms(5)).now().unix_ms(), 5);
}

TEST(VirtualLoopTest, JumpsToEachEventAndThenToTheEnd) {
  VirtualLoop loop;
  std::vector<Duration> seen;
  const auto note = [&] { seen.push_back(loop.now() - kVirtualStart); };
  loop.schedule_after(kSecond * 3, note);
  loop.schedule_after(kSecond, note);
  loop.schedule_after(kSecond * 11, note);
  loop.run_for(kSecond * 10);
  EXPECT_EQ(seen, (std::vector<Duration>{kSecond, kSecond * 3}));
  EXPECT_EQ(loop.now(), kVirtualStart + kSecond * 10);
  EXPECT_EQ(loop.events(), 2u);
  EXPECT_EQ(loop.pending(), 1u);
}

TEST(VirtualLoopTest, RunsWhatIsDueExactlyAtTheEnd) {
  VirtualLoop loop;
  bool ran = false;
  loop.schedule_after(kSecond, [&] { ran = true; });
  loop.run_for(kSecond);
  EXPECT_TRUE(ran);
}

TEST(VirtualLoopTest, TasksOfOneInstantRunInTheOrderTheyWereScheduled) {
  VirtualLoop loop;
  std::vector<int> order;
  loop.schedule_after(kSecond, [&] {
    order.push_back(1);
    // The past counts as now, behind task 2, which already waits for now.
    loop.schedule_at(loop.now() - kSecond, [&] { order.push_back(3); });
  });
  loop.schedule_after(kSecond, [&] { order.push_back(2); });
  loop.run_for(kSecond);
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(VirtualLoopTest, ATaskMayCancelAnother) {
  VirtualLoop loop;
  bool ran = false;
  const TimerId victim = loop.schedule_after(kSecond * 2, [&] { ran = true; });
  loop.schedule_after(kSecond, [&] { loop.cancel(victim); });
  loop.run_for(kSecond * 3);
  EXPECT_FALSE(ran);
  EXPECT_EQ(loop.events(), 1u);
}

TEST(VirtualLoopDeathTest, TimeNeverRunsBackwards) {
  VirtualLoop loop;
  loop.run_for(kSecond);
  EXPECT_DEATH(loop.run_until(kVirtualStart), "cannot run backwards");
}

TEST(VirtualLoopDeathTest, ATaskCannotRunItsOwnLoop) {
  VirtualLoop loop;
  loop.schedule_after(kSecond, [&] { loop.run_for(kSecond); });
  EXPECT_DEATH(loop.run_for(kSecond), "by a task of the same loop");
}

}  // namespace
}  // namespace pushpull
