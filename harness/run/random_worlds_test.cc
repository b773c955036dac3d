// Random small worlds, push and pull, with random churn and random faults: the books balance in
// every one, whatever happens. Slow: run by tools/test --slow. A failure prints the scenario, which
// runs by itself.
#include <gtest/gtest.h>

#include "harness/base/random.h"
#include "harness/base/units.h"
#include "harness/run/virtual_world.h"
#include "harness/scenario/load.h"

namespace pushpull {
namespace {

constexpr int kWorlds = 2000;

std::string seconds(Random& random, uint64_t from, uint64_t below) {
  return std::to_string(from + random.below(below - from)) + "s";
}

// How often targets are scraped, and how fast their series are replaced: in half of the worlds they
// are, in some of those so fast that no series sees a second scrape.
std::string random_rhythm(Random& random) {
  const uint64_t interval = 2 + random.below(18);
  std::string text = ", scrape_interval: " + std::to_string(interval) + "s, scrape_timeout: 2s";
  if (random.below(2) == 0) return text;
  const uint64_t percent = random.below(4) == 0 ? 50 + random.below(51) : 1 + random.below(30);
  text += ", churn: {percent: " + std::to_string(percent);
  text += ", every: " + std::to_string(interval * (1 + random.below(6))) + "s}";
  return text;
}

std::string random_scenario(uint64_t seed) {
  Random random(seed, "random_worlds_test");
  const uint64_t targets = 1 + random.below(8);
  const uint64_t batch = 10 + random.below(300);
  const uint64_t shards = 1 + random.below(4);
  std::string text = "version: 1\nname: random\ndescription: seed " + std::to_string(seed) +
                     "\nseed: " + std::to_string(seed) + "\n";
  text += "workload: {leaves: " + std::to_string(1 + random.below(3)) +
          ", targets: " + std::to_string(targets) +
          ", series: " + std::to_string(targets + random.below(400)) + random_rhythm(random) +
          "}\n";
  text += "links: {wan: {rtt: " + std::to_string(random.below(300)) +
          "ms, bandwidth: " + std::to_string(1 + random.below(50)) +
          "Mbit/s}}\nlink: wan\ncalibration: prometheus-3.5\n";
  text +=
      "variants:\n  push: {remote_write: {queue_config: {min_shards: " + std::to_string(shards) +
      ", max_shards: " + std::to_string(shards + random.below(2) * random.below(20)) +
      ", max_samples_per_send: " + std::to_string(batch) +
      ", capacity: " + std::to_string(batch * (1 + random.below(4))) + "}}}\n";
  text +=
      "  pull: {federate: {scrape_interval: " + seconds(random, 2, 20) + ", scrape_timeout: 2s}}\n";
  text +=
      "phases: {warmup: 40s, measure: 4m, drain: " + seconds(random, 10, 200) + "}\ntimeline:\n";
  // One of each kind at most, so that only what may not meet is kept apart: in four slots of time
  // for those that share a knob, anywhere for the rest.
  const auto fault = [&](const std::string& name, uint64_t from, const std::string& kind) {
    if (random.below(2) == 0) return;
    text += "  - {name: " + name + ", at: " + seconds(random, from, from + 20) +
            ", for: " + seconds(random, 1, 30) + ", fault: " + kind + "}\n";
  };
  const auto anywhere = [&](const std::string& name, const std::string& kind) {
    fault(name, random.below(150), kind);
  };
  const std::string percent = std::to_string(1 + random.below(50)) + "%";
  fault("link-down", 0, "link_down");
  fault("blackhole", 60, "blackhole");
  fault("central-down", 0, "central_down");
  fault("central-restart", 60, "central_restart");
  fault("central-pause", 120, "pause, role: central");
  fault("leaf-restart", 0, "leaf_restart");
  fault("leaf-pause", 120, "pause, role: leaf");
  anywhere("slow", "slow_receiver, per_request: 3s, per_sample: 1ms");
  anywhere("targets", "target_down, share: " + percent);
  anywhere("latency", "latency, add: 700ms, jitter: 100ms, direction: to_central");
  anywhere("narrow", "bandwidth, limit: 50kbit/s, direction: to_leaf");
  anywhere("loss", "packet_loss, share: " + percent);
  anywhere("status", "http_status, status: 503, share: " + percent);
  text += "  - {name: reset, at: " + seconds(random, 1, 200) + ", fault: reset}\n";
  return text;
}

TEST(RandomWorlds, BooksBalanceAndNothingIsUnattributed) {
  const std::string scenarios = std::string(PUSHPULL_SOURCE_DIR) + "/scenarios";
  const Calibration calibration = find_calibration("prometheus-3.5", "", scenarios).value();
  for (uint64_t seed = 1; seed <= kWorlds; ++seed) {
    const std::string text = random_scenario(seed);
    SCOPED_TRACE(text);
    const Result<Scenario> scenario = load_scenario(text, "random.yaml");
    ASSERT_TRUE(scenario.ok()) << scenario.error().message;
    const Workload workload = Workload::make(scenario->workload_spec()).value();
    for (const auto& [name, variant] : scenario->variants) {
      VirtualWorld world(*scenario, variant, workload, calibration);
      const RunOutcome outcome = world.run([](Duration, Duration) { return true; });
      ASSERT_EQ(outcome.invalid, std::vector<std::string>()) << name;
      const Account& run = outcome.accounts.run;
      EXPECT_EQ(run.lost_for(LossCause::kUnattributed), 0) << name;
      EXPECT_EQ(run.corrupted + run.unknown, 0) << name;
      // Push loses nothing in outages this short, unless its leaf restarts or it was just changing
      // its shards: what is not there yet is pending.
      if (variant.remote_write) {
        const int64_t flushed = run.lost_for(LossCause::kReshardFlush);
        EXPECT_EQ(run.lost_total(), run.lost_for(LossCause::kRestart) +
                                        run.lost_for(LossCause::kHardShutdown) + flushed);
        if (text.find("leaf-restart") == std::string::npos) {
          EXPECT_EQ(run.lost_total(), flushed);
        }
      }
    }
  }
}

}  // namespace
}  // namespace pushpull
