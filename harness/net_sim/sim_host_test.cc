#include "harness/net_sim/sim_host.h"

#include <gtest/gtest.h>

#include <vector>

#include "harness/loop/virtual_loop.h"

namespace pushpull {
namespace {

constexpr Duration kMs = Duration::milliseconds(1);
constexpr Work kParse{Work::Kind::kScrapeParse, 1'000};  // 10 ms each

CostModel costs() {
  CostModel model;
  model.of(Work::Kind::kScrapeParse) = {kMs, Duration::seconds(9)};  // 1 ms + 9 us per sample
  model.of(Work::Kind::kWriteEncode) = {Duration(), Duration::microseconds(137'500)};
  return model;
}

struct Machine {
  explicit Machine(int cores) : host(&loop, "leaf", cores, costs()) {}
  // Submits `jobs` of 10 ms and notes when each is done, in milliseconds from the start.
  void submit(int jobs) {
    for (int i = 0; i < jobs; ++i) {
      host.run(kParse, [this] { done_ms.push_back((loop.now() - kVirtualStart).ms()); });
    }
  }
  VirtualLoop loop;
  SimHost host;
  std::vector<int64_t> done_ms;
};

TEST(CostModel, PricesRequestsAndSamples) {
  EXPECT_EQ(costs().cost(kParse), kMs * 10);
  EXPECT_EQ(costs().cost({Work::Kind::kNone, 1'000}), Duration());
}

TEST(CostModel, KeepsFractionsOfANanosecondPerSample) {
  // 137.5 ns per sample.
  EXPECT_EQ(costs().cost({Work::Kind::kWriteEncode, 2'000}), Duration::microseconds(275));
  EXPECT_EQ(costs().cost({Work::Kind::kWriteEncode, 3'000'001}),
            Duration::nanoseconds(412'500'137));
}

TEST(SimHost, WorksOnAsManyJobsAsItHasCores) {
  Machine machine(2);
  machine.submit(5);
  EXPECT_EQ(machine.host.queued(), 3u);
  machine.loop.run_for(Duration::seconds(1));
  EXPECT_EQ(machine.done_ms, (std::vector<int64_t>{10, 10, 20, 20, 30}));
  EXPECT_EQ(machine.host.queued(), 0u);
}

TEST(SimHost, ChargesFinishedWork) {
  Machine machine(1);
  machine.submit(3);
  machine.loop.run_for(kMs * 25);
  EXPECT_EQ(machine.host.cpu(Work::Kind::kScrapeParse), kMs * 20);
  machine.host.run({Work::Kind::kWriteEncode, 80'000}, [] {});  // 11 ms, after the third job
  machine.loop.run_for(Duration::seconds(1));
  EXPECT_EQ(machine.host.cpu(Work::Kind::kScrapeParse), kMs * 30);
  EXPECT_EQ(machine.host.cpu(Work::Kind::kWriteEncode), kMs * 11);
  EXPECT_EQ(machine.host.cpu(), kMs * 41);
}

TEST(SimHost, RunsFreeWorkAtOnce) {
  Machine machine(1);
  machine.submit(1);
  bool ran = false;
  machine.host.run({}, [&ran] { ran = true; });
  EXPECT_TRUE(ran);
}

TEST(SimHost, ForgetsItsWorkWhenItsProcessEnds) {
  Machine machine(1);
  machine.submit(2);
  machine.loop.run_for(kMs * 5);
  machine.host.reset();
  machine.submit(1);
  machine.loop.run_for(Duration::seconds(1));
  EXPECT_EQ(machine.done_ms, std::vector<int64_t>{15});
  EXPECT_EQ(machine.host.cpu(), kMs * 10);
}

// Two cores with jobs of 10 ms; frozen from 5 to 105 ms.
TEST(SimHost, GoesOnWhereItWasFrozen) {
  Machine machine(2);
  machine.submit(3);
  machine.loop.run_for(kMs * 5);
  machine.host.freeze();
  machine.host.freeze();  // again: nothing more
  machine.loop.run_for(kMs * 100);
  EXPECT_TRUE(machine.done_ms.empty());
  EXPECT_EQ(machine.host.cpu(), Duration());
  machine.host.thaw();
  machine.loop.run_for(Duration::seconds(1));
  EXPECT_EQ(machine.done_ms, (std::vector<int64_t>{110, 110, 120}));
  EXPECT_EQ(machine.host.cpu(), kMs * 30);
}

TEST(SimHost, HoldsBackEvenFreeWorkWhileFrozen) {
  Machine machine(1);
  std::vector<int> order;
  machine.host.freeze();
  machine.host.run({}, [&order] { order.push_back(1); });
  machine.submit(1);
  machine.host.run({}, [&order] { order.push_back(2); });
  EXPECT_TRUE(order.empty());
  machine.host.thaw();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
  machine.loop.run_for(Duration::seconds(1));
  EXPECT_EQ(machine.done_ms, std::vector<int64_t>{10});
}

TEST(SimHost, ForgetsFrozenWorkToo) {
  Machine machine(1);
  machine.submit(2);
  machine.loop.run_for(kMs * 5);
  machine.host.freeze();
  machine.host.reset();
  machine.submit(1);
  machine.loop.run_for(Duration::seconds(1));
  EXPECT_EQ(machine.done_ms, std::vector<int64_t>{15});
}

}  // namespace
}  // namespace pushpull
