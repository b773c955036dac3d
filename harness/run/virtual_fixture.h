// For tests that play scenarios in virtual time.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run/virtual_world.h"
#include "harness/scenario/load.h"

namespace pushpull {

// 20 targets of 50 series, every 10 s; ten minutes of measurement.
inline constexpr std::string_view kSmallWorld = R"(
version: 1
name: test
description: A small world.
engine: virtual
seed: 7
workload: {leaves: 2, targets: 10, series: 500, scrape_interval: 10s}
links:
  wan: {rtt: 40ms, bandwidth: 100Mbit/s}
link: wan
calibration: prometheus-3.5
variants:
  push: {remote_write: {}}
  # Queues so little that the rest stays in the WAL.
  narrow: {remote_write: {queue_config: {capacity: 100, max_samples_per_send: 50, max_shards: 1}}}
  pull: {federate: {scrape_interval: 5s}}
  half: {federate: {scrape_interval: 20s}}
phases: {warmup: 1m, measure: 10m, drain: 5m}
)";
inline constexpr int64_t kRound = 1000;
inline constexpr int64_t kScraped = kRound * 60;

class VirtualTest : public testing::Test {
 protected:
  // As text, with settings as of --set.
  void load(const std::string& text, const std::vector<std::string>& settings = {}) {
    Overrides overrides;
    overrides.settings = settings;
    scenario_ = load_scenario(text, "test.yaml", overrides).value();
    workload_ = Workload::make(scenario_.workload_spec()).value();
  }
  // Plays a variant of what was loaded; the books must balance whatever happens.
  RunOutcome play(
      const std::string& variant,
      const VirtualWorld::Progress& progress = [](Duration, Duration) { return true; }) const {
    VirtualWorld world(scenario_, this->variant(variant), *workload_, calibration_);
    RunOutcome outcome = world.run(progress);
    EXPECT_EQ(outcome.invalid, std::vector<std::string>());
    EXPECT_EQ(outcome.accounts.run.lost_for(LossCause::kUnattributed), 0);
    EXPECT_EQ(outcome.accounts.run.unknown, 0);
    return outcome;
  }
  // In the small world, with these faults.
  RunOutcome run(const std::string& variant, const std::string& faults = "") {
    load(std::string(kSmallWorld) + (faults.empty() ? "" : "timeline: [" + faults + "]\n"));
    return play(variant);
  }

  const Scenario& scenario() const { return scenario_; }
  const Workload& workload() const { return *workload_; }
  const Variant& variant(const std::string& name) const {
    return std::ranges::find_if(scenario_.variants, [&](const auto& v) { return v.first == name; })
        ->second;
  }

 private:
  const Calibration calibration_ =
      find_calibration("prometheus-3.5", "", std::string(PUSHPULL_SOURCE_DIR) + "/scenarios")
          .value();
  Scenario scenario_;
  std::optional<Workload> workload_;
};

}  // namespace pushpull
