#include "harness/loop/ticker.h"

#include <gtest/gtest.h>

#include <vector>

#include "harness/loop/pausable_loop.h"
#include "harness/loop/virtual_loop.h"

namespace pushpull {
namespace {

constexpr Duration s(int64_t n) { return Duration::seconds(n); }

class TickerTest : public ::testing::Test {
 protected:
  std::function<void()> note(EventLoop& loop) {
    return [this, &loop] { seen_.push_back((loop.now() - kVirtualStart).ms() / 1000); };
  }

  VirtualLoop loop_;
  std::vector<int64_t> seen_;  // seconds since the start
};

TEST_F(TickerTest, TicksFromItsBeginningOn) {
  loop_.run_for(s(3));
  const Ticker ticker(loop_, s(10), note(loop_));
  loop_.run_for(s(30));
  EXPECT_EQ(seen_, (std::vector<int64_t>{13, 23, 33}));
}

TEST_F(TickerTest, StopsForGood) {
  {
    Ticker ticker(loop_, s(10), [&] { ticker.stop(); });
    loop_.run_for(s(10));
    EXPECT_EQ(loop_.pending(), 0u);
    ticker.stop();
  }
  { const Ticker gone(loop_, s(10), note(loop_)); }
  loop_.run_for(s(60));
  EXPECT_EQ(seen_, std::vector<int64_t>());
}

TEST_F(TickerTest, ALateTickDoesNotMoveTheNextAndMissedOnesAreLeftOut) {
  PausableLoop process(loop_);
  const Ticker ticker(process, s(10), note(process));
  loop_.run_for(s(15));
  process.pause();
  loop_.run_for(s(31));
  process.resume();  // at 46: the tick of 20 is made up for, those of 30 and 40 are gone
  loop_.run_for(s(20));
  EXPECT_EQ(seen_, (std::vector<int64_t>{10, 46, 50, 60}));
}

}  // namespace
}  // namespace pushpull
