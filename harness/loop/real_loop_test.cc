#include "harness/loop/real_loop.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace pushpull {
namespace {

constexpr Duration kMillisecond = Duration::milliseconds(1);

TEST(RealLoopTest, RunsTimersInOrderAndNeverEarly) {
  RealLoop loop;
  const Instant start = loop.now();
  std::vector<int> order;
  std::vector<Duration> early;
  for (const int ms : {3, 1, 2, 1}) {
    loop.schedule_at(start + kMillisecond * ms, [&, ms] {
      order.push_back(ms);
      if (loop.now() < start + kMillisecond * ms) early.push_back(loop.now() - start);
    });
  }
  loop.schedule_at(start + kMillisecond * 4, [&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(order, (std::vector<int>{1, 1, 2, 3}));
  EXPECT_TRUE(early.empty());
}

TEST(RealLoopTest, PostWakesASleepingLoop) {
  RealLoop loop;
  loop.schedule_after(Duration::hours(1), [] { ADD_FAILURE() << "slept through a post"; });
  const std::thread::id loop_thread = std::this_thread::get_id();
  std::thread::id ran_on;
  // Posted by a timer's own thread, so the loop has started and sleeps or is about to.
  std::thread poster;
  loop.schedule_after(kMillisecond, [&] {
    poster = std::thread([&] {
      loop.post([&] {
        ran_on = std::this_thread::get_id();
        loop.stop();
      });
    });
  });
  loop.run();
  poster.join();
  EXPECT_EQ(ran_on, loop_thread);
}

TEST(RealLoopTest, PostsOfOneThreadKeepTheirOrder) {
  RealLoop loop;
  std::vector<int> order;
  std::thread poster([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&order, i] { order.push_back(i); });
    loop.post([&loop] { loop.stop(); });
  });
  loop.run();
  poster.join();
  ASSERT_EQ(order.size(), 1000u);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(order[static_cast<size_t>(i)], i);
}

TEST(RealLoopTest, ATaskThatReschedulesItselfDoesNotStarvePosts) {
  RealLoop loop;
  struct Spinner {
    RealLoop& loop;
    void spin() {
      loop.schedule_at(loop.now() - Duration::hours(1), [this] { spin(); });
    }
  } spinner{loop};
  spinner.spin();
  std::thread poster([&] { loop.post([&] { loop.stop(); }); });
  loop.run();
  poster.join();
}

TEST(RealLoopTest, StopKeepsTheRestForTheNextRun) {
  RealLoop loop;
  int ran = 0;
  loop.post([&] { ++ran; });
  loop.post([&] { loop.stop(); });
  loop.post([&] { ++ran; });
  loop.run();
  EXPECT_EQ(ran, 1);
  loop.post([&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(ran, 2);
}

TEST(RealLoopTest, StopBeforeRunIsRemembered) {
  RealLoop loop;
  loop.stop();
  loop.run();
}

TEST(RealLoopTest, LoopsWithOneAnchorAgreeOnTheTime) {
  const RealLoop first;
  const RealLoop second(first.anchor());
  const Instant a = first.now();
  const Instant b = second.now();
  const Instant c = first.now();
  EXPECT_LE(a, b);
  EXPECT_LE(b, c);
  const RealLoop shifted(first.anchor() + Duration::hours(1));
  EXPECT_GE(shifted.now() - first.now(), Duration::minutes(59));
}

TEST(RealLoopDeathTest, SchedulingFromAnotherThreadIsABug) {
  EXPECT_DEATH(
      {
        RealLoop loop;
        loop.post([&] {
          std::thread other([&] { loop.schedule_after(kMillisecond, [] {}); });
          other.join();
        });
        loop.run();
      },
      "belongs to the loop thread");
}

}  // namespace
}  // namespace pushpull
