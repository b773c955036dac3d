#include "harness/run/estimate.h"

#include <gtest/gtest.h>

#include "harness/scenario/load.h"

namespace pushpull {
namespace {

Scenario scenario(const std::string& setting, const std::string& engine = "") {
  Overrides overrides;
  overrides.engine = engine;
  if (!setting.empty()) overrides.settings = {setting};
  return load_scenario(
             "version: 1\n"
             "name: s\n"
             "workload: {targets: 100, series: 1M, scrape_interval: 15s}\n"
             "variants: {push: {remote_write: {}}, pull: {federate: {}}}\n"
             "phases: {warmup: 1m, measure: 9m, drain: 5m}\n",
             "s.yaml", overrides)
      .value();
}

RunEstimate push(const std::string& setting = "") {
  const Scenario s = scenario(setting);
  return estimate_run(s, s.variants[0].second);
}

RunEstimate pull(const std::string& setting = "") {
  const Scenario s = scenario(setting);
  return estimate_run(s, s.variants[1].second);
}

TEST(Estimate, GrowsWithWhatIsDone) {
  EXPECT_GT(push("workload.series=10M").wall, push().wall);
  EXPECT_GT(push("workload.targets=10000").wall, push().wall);
  EXPECT_GT(push("variants.push.remote_write.queue_config.max_samples_per_send=100").wall,
            push().wall);
  EXPECT_GT(push("variants.push.remote_write.queue_config.min_shards=8").wall, push().wall);
  EXPECT_GT(push("workload.leaves=3").memory_bytes, push().memory_bytes);
  EXPECT_GT(pull("variants.pull.federate.scrape_interval=10s").wall, pull().wall);
  EXPECT_GT(pull().memory_bytes, push().memory_bytes);  // bodies are written to learn their sizes
}

TEST(Estimate, OfMillionsOfSeriesIsSecondsAndHundredsOfMegabytes) {
  // 4100 scrapes and as many slices, 15 ms; 20500 requests, 62 ms; 41 M samples, 49 ms.
  const RunEstimate estimate = push();
  EXPECT_GT(estimate.wall, Duration::milliseconds(100));
  EXPECT_LT(estimate.wall, Duration::milliseconds(200));
  EXPECT_LT(pull().memory_bytes, int64_t{1} << 30);
}

TEST(Estimate, OfTheImpossibleDoesNotOverflow) {
  Scenario s = scenario("workload.leaves=1000");
  s.workload.series = 1'000'000'000;
  s.workload.scrape_interval = Duration::milliseconds(1);
  s.phases.measure = Duration::nanoseconds(int64_t{1} << 61);
  for (const auto& [name, variant] : s.variants) {
    EXPECT_GT(estimate_run(s, variant).memory_bytes, int64_t{1} << 50) << name;
    EXPECT_GT(estimate_run(s, variant).wall, Duration()) << name;
  }
}

TEST(Estimate, LoopbackTakesItsPhasesAndALittle) {
  const Scenario s = scenario("", "loopback");
  const RunEstimate estimate = estimate_run(s, s.variants[0].second);
  EXPECT_GT(estimate.wall, Duration::minutes(15));
  EXPECT_LT(estimate.wall, Duration::minutes(16));
}

}  // namespace
}  // namespace pushpull
