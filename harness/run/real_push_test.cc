// Our targets, a real Prometheus that scrapes and writes, our central; and what promtool says of
// our targets.
#include <string>

#include "harness/run/process_fixture.h"
#include "harness/run/relabelled_for_test.h"
#include "harness/run/replaced_for_test.h"
#include "harness/systems/prometheus_system.h"

namespace pushpull {
namespace {

// The real 3.x sends its first request about 7 s after its start.
constexpr std::string_view kScenario = R"(
version: 1
name: real
description: A real leaf.
engine: loopback
seed: 7
workload: {leaves: 1, targets: 4, series: 400, scrape_interval: 1s, scrape_timeout: 1s}
systems: {leaf: prometheus}
variants:
  push: {remote_write: {queue_config: {batch_send_deadline: 1s}}}
phases: {warmup: 8s, measure: 5s, drain: 3s}
)";

class RealPushTest : public ProcessTest, public testing::WithParamInterface<const char*> {};

TEST_P(RealPushTest, EverySampleOfARealLeafArrives) {
  Scenario scenario = load_scenario(std::string(kScenario), "test.yaml").value();
  scenario.systems.prometheus_binary = GetParam();
  const Result<RunOutcome> outcome = play(scenario, "push");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->invalid, std::vector<std::string>());
  const Account& window = outcome->accounts.window;
  EXPECT_EQ(window.scraped, 400 * 5);
  EXPECT_EQ(window.delivered, 400 * 5);
  // A value or a timestamp that is not the target's own would be one of these.
  EXPECT_EQ(outcome->accounts.run.corrupted, 0);
  EXPECT_EQ(outcome->accounts.run.unknown, 0);
  EXPECT_GT(outcome->accounts.leaf_made.delivered, 0);
}

TEST_P(RealPushTest, ARealLeafRelabelsAsOursExpectsIt) {
  std::string text(kScenario);
  text.replace(text.find("{batch_send_deadline: 1s}"), 25,
               "{batch_send_deadline: 1s}, write_relabel_configs: " + std::string(kDisguise));
  Scenario scenario = load_scenario(std::move(text), "test.yaml").value();
  scenario.systems.prometheus_binary = GetParam();
  const Result<RunOutcome> outcome = play(scenario, "push");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->invalid, std::vector<std::string>());
  const Workload workload = Workload::make(scenario.workload_spec()).value();
  const int64_t dropped = relabelled_series(workload, scenario.variants[0].second);
  ASSERT_GT(dropped, 40);
  const Account& window = outcome->accounts.window;
  EXPECT_EQ(window.scraped, 400 * 5);
  EXPECT_EQ(window.delivered, (400 - dropped) * 5);
  EXPECT_EQ(window.lost_for(LossCause::kRelabelled), dropped * 5);
  EXPECT_EQ(outcome->accounts.run.corrupted + outcome->accounts.run.unknown, 0);
  EXPECT_GT(outcome->accounts.leaf_made.delivered, 0);
}

TEST_P(RealPushTest, EverySampleAndEveryMarkerOfAChurningLeafArrives) {
  Scenario scenario = load_scenario(std::string(kScenario), "test.yaml").value();
  scenario.workload.churn = {.percent = 11, .every = Duration::seconds(2)};
  scenario.systems.prometheus_binary = GetParam();
  const Result<RunOutcome> outcome = play(scenario, "push");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->invalid, std::vector<std::string>());
  EXPECT_EQ(outcome->accounts.window.scraped, 400 * 5);
  EXPECT_EQ(outcome->accounts.window.delivered, 400 * 5);
  EXPECT_EQ(outcome->accounts.run.corrupted + outcome->accounts.run.unknown, 0);
  // Each series that ever was has ended with a marker: those that were replaced, and those that
  // were there when scraping ended. But for what ended before remote write began, some seconds
  // after the start of a real server.
  const Workload workload = Workload::make(scenario.workload_spec()).value();
  const SavedSeries saved = saved_series(run_folder(), workload);
  EXPECT_LE(saved.all, 400 + replaced_series(workload, outcome->instrument->ledger()));
  EXPECT_GT(saved.all, 400 + 44 * 2);
  EXPECT_EQ(saved.stale, saved.all);
}

INSTANTIATE_TEST_SUITE_P(Real, RealPushTest, testing::Values("prometheus-2.42", "prometheus-3.5"),
                         release_name);

class PromtoolTest : public ProcessTest {};

TEST_F(PromtoolTest, FindsNothingToComplainOf) {
  const auto system = PrometheusSystem::make("prometheus-2.42");
  ASSERT_TRUE(system.ok()) << system.error().message;
  const std::filesystem::path server = (*system)->argv({})[0];
  const std::string promtool = server.parent_path() / "promtool";
  ASSERT_TRUE(std::filesystem::exists(promtool)) << promtool << ": run tools/servers";
  // 20 targets with consecutive ids are of every kind.
  const Workload workload = Workload::make({.targets = 20, .series = 20 * 300, .seed = 7}).value();
  for (const Target& target : workload.targets()) {
    const std::string name = folder() + "/" + std::to_string(target.id());
    std::string exposition;
    target.expose(1, exposition);
    std::ofstream(name) << exposition;
    const auto check = ChildProcess::start(
        {"promtool", {"/bin/sh", "-c", promtool + " check metrics <" + name}, name + ".log"});
    ASSERT_TRUE(check.ok()) << check.error().message;
    ASSERT_TRUE((*check)->await_end(Duration::seconds(20)));
    EXPECT_EQ((*check)->exit_text(), "exited with 0") << exposition;
    EXPECT_EQ((*check)->log_text(), "");
  }
}

}  // namespace
}  // namespace pushpull
