#include "harness/loop/pausable_loop.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/loop/virtual_loop.h"

namespace pushpull {
namespace {

constexpr Duration kMs = Duration::milliseconds(1);

struct PausableLoopTest : testing::Test {
  // Notes its name and the time it runs, in milliseconds.
  TimerId note(int64_t at_ms, const std::string& name) {
    return loop.schedule_at(kVirtualStart + kMs * at_ms, [this, name = name] {
      ran.push_back(name + "@" + std::to_string((loop.now() - kVirtualStart).ms()));
    });
  }
  void run_until(int64_t ms) { outer.run_until(kVirtualStart + kMs * ms); }

  VirtualLoop outer;
  PausableLoop loop{outer};
  std::vector<std::string> ran;
};
using Ran = std::vector<std::string>;

TEST_F(PausableLoopTest, RunsTasksInOrderOfTimeThenOfScheduling) {
  note(20, "c");
  note(10, "a");
  note(10, "b");
  run_until(30);
  EXPECT_EQ(ran, (Ran{"a@10", "b@10", "c@20"}));
}

TEST_F(PausableLoopTest, HoldsBackWhatFallsDueInAPause) {
  note(10, "a");
  note(30, "c");
  note(20, "b");
  note(50, "d");
  run_until(15);
  loop.pause();
  run_until(40);
  EXPECT_EQ(ran, Ran{"a@10"});
  loop.resume();
  run_until(60);
  EXPECT_EQ(ran, (Ran{"a@10", "b@40", "c@40", "d@50"}));
}

TEST_F(PausableLoopTest, TakesTasksWhileItIsPaused) {
  loop.pause();
  note(10, "a");
  const TimerId cancelled = note(5, "never");
  run_until(20);
  loop.cancel(cancelled);
  loop.resume();
  note(20, "b");
  run_until(20);
  EXPECT_EQ(ran, (Ran{"a@20", "b@20"}));
}

TEST_F(PausableLoopTest, StopsAtOnceWhenATaskPausesIt) {
  loop.schedule_at(kVirtualStart + kMs * 10, [this] { loop.pause(); });
  note(10, "a");
  run_until(20);
  EXPECT_EQ(ran, Ran());
  loop.resume();
  run_until(20);
  EXPECT_EQ(ran, Ran{"a@20"});
}

TEST_F(PausableLoopTest, OthersOnTheOuterLoopGoOn) {
  bool other = false;
  outer.schedule_at(kVirtualStart + kMs * 10, [&other] { other = true; });
  loop.pause();
  run_until(10);
  EXPECT_TRUE(other);
}

TEST_F(PausableLoopTest, LeavesNothingBehindOnTheOuterLoop) {
  {
    PausableLoop gone(outer);
    gone.schedule_after(kMs, [] { FAIL() << "its loop is gone"; });
  }
  run_until(10);
  EXPECT_EQ(outer.pending(), 0u);
}

}  // namespace
}  // namespace pushpull
