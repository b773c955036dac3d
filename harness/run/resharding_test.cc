// Resharding in whole virtual worlds, beside what real servers did: 5000 samples per second, a
// receiver that takes its time, default configuration. The real traces are of one machine, whose
// requests took a little longer than said, so they are matched in shape and in their end.
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/run/virtual_world.h"
#include "harness/scenario/load.h"

namespace pushpull {
namespace {

constexpr int64_t kWarmup = 10;
constexpr int64_t kStart = 10;  // of the leaf's process that is looked at, in the measure phase

// A real process learns its targets from service discovery, five to six seconds after its start:
// until then they are down here. `discovery`: since the start of the measure phase. Where in its
// second the target is scraped depends on labels, and so on the seed; where the real ones scraped
// is not known. bench/fidelity compares at the same place.
std::string scenario(const std::string& release, const std::string& slowness,
                     const std::string& discovery) {
  return R"(
version: 1
name: golden
description: A slow receiver.
seed: 2
workload: {leaves: 1, targets: 1, series: 5000, scrape_interval: 1s, scrape_timeout: 1s}
links: {lan: {rtt: 200us}}
link: lan
calibration: prometheus-3.5
systems: {behaves_like: ")" +
         release + R"("}
variants: {push: {remote_write: {}}}
phases: {warmup: 10s, measure: 170s, drain: 20s}
timeline:
  - {name: slow, at: 0s, for: 170s, fault: slow_receiver, per_request: )" +
         slowness + R"(}
  - {name: again, at: 0s, for: 10s, fault: leaf_restart}
  - {name: discovery, at: 0s, for: )" +
         discovery + R"(, fault: target_down}
)";
}

// What happened, by seconds since the process started.
class Trace {
 public:
  Trace(const std::string& release, const std::string& slowness, const std::string& discovery) {
    const Scenario s = load_scenario(scenario(release, slowness, discovery), "golden.yaml").value();
    const Workload workload = Workload::make(s.workload_spec()).value();
    const Calibration calibration =
        find_calibration("prometheus-3.5", "", std::string(PUSHPULL_SOURCE_DIR) + "/scenarios")
            .value();
    VirtualWorld world(s, s.variants.front().second, workload, calibration);
    outcome_ = world.run([](Duration, Duration) { return true; });
    EXPECT_EQ(outcome_.invalid, std::vector<std::string>());
    EXPECT_EQ(outcome_.accounts.run.lost_total(), 0);
    EXPECT_EQ(outcome_.accounts.run.rejected, 0) << "no series out of order, whatever the shards";
  }

  double at(const std::string& column, int64_t second) const {
    for (const TimeSeries::Column& c : outcome_.instrument->recorder().seconds().columns()) {
      if (c.name == column) return c.values.at(static_cast<size_t>(kWarmup + kStart + second));
    }
    ADD_FAILURE() << "no column " << column;
    return 0;
  }
  double shards(int64_t second) const { return at("shards", second); }
  // What the tick of 10 s, 20 s … said: gauges are looked at once a second.
  double desired(int64_t tick) const { return at("shards_desired", tick * 10 + 1); }
  double most(const std::string& column, int64_t from, int64_t to) const {
    double most = 0;
    for (int64_t second = from; second < to; ++second) most = std::max(most, at(column, second));
    return most;
  }

 private:
  RunOutcome outcome_;
};

// Desired numbers beside the real ones, from the tick `first` on.
void expect_near(const Trace& trace, int64_t first, const std::vector<double>& real,
                 double tolerance) {
  for (size_t i = 0; i < real.size(); ++i) {
    const int64_t tick = first + static_cast<int64_t>(i);
    EXPECT_NEAR(trace.desired(tick), real[i], tolerance * real[i]) << "at " << tick * 10 << " s";
  }
}

TEST(Resharding, GoldenTraceOf242) {
  const Trace trace("2.42", "300ms", "15s");
  expect_near(trace, 1,
              {1.788, 2.526, 3.083, 3.158, 3.003, 2.891, 2.740, 2.841, 2.925, 2.984, 3.065, 3.103,
               3.122, 3.175, 3.187},
              0.12);
  EXPECT_EQ(trace.shards(9), 1);
  EXPECT_EQ(trace.shards(18), 2);
  EXPECT_EQ(trace.shards(28), 3);
  for (int64_t second = 35; second < 155; ++second) EXPECT_EQ(trace.shards(second), 4) << second;
  // The real lag peaks at 9 s between 30 and 35 s, and is gone at 65 s.
  EXPECT_NEAR(trace.most("staleness_max", 25, 40), 9, 1);
  EXPECT_LT(trace.most("staleness_max", 65, 155), 3);
}

TEST(Resharding, GoldenTraceOf3x) {
  const Trace trace("3.5", "1200ms", "16s");
  // The first depends on how many scrapes fall before it: 1.410 at the real one.
  EXPECT_LT(trace.desired(1), 2) << "more shards at once";
  expect_near(trace, 2,
              {2.400, 3.329, 3.888, 3.897, 3.880, 3.668, 3.121, 3.075, 3.304, 3.398, 3.309, 3.348,
               3.562, 3.435},
              0.16);
  EXPECT_EQ(trace.shards(9), 1);
  EXPECT_EQ(trace.shards(19), 2);
  EXPECT_EQ(trace.shards(29), 3);
  for (int64_t second = 39; second < 155; ++second) EXPECT_EQ(trace.shards(second), 4) << second;
  // The real lag peaks at 16 s after 40 s, and is 2 to 3 s from 80 s on.
  EXPECT_NEAR(trace.most("staleness_max", 25, 50), 16, 3);
  EXPECT_LT(trace.most("staleness_max", 80, 155), 5);
}

// As the real one, which never leaves one shard: desired 0.41, rising to 0.85.
TEST(Resharding, LargeBatchesNeedOneShardAt300ms) {
  const Trace trace("3.5", "300ms", "15s");
  EXPECT_EQ(trace.most("shards", 0, 155), 1);
  EXPECT_NEAR(trace.desired(1), 0.41, 0.05);
  EXPECT_NEAR(trace.desired(15), 0.85, 0.1);
}

}  // namespace
}  // namespace pushpull
