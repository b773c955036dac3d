#include "harness/run/run_scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace pushpull {
namespace {

using testing::ElementsAre;
using Json = nlohmann::ordered_json;

std::vector<Cell> cells(const std::string& matrix) {
  return load_cells(
             "version: 1\n"
             "name: s\n"
             "seed: 3\n"
             "workload: {targets: 3, series: 90}\n"
             "links: {wan: {rtt: 80ms, bandwidth: 10Mbit/s}}\n"
             "variants: {push: {remote_write: {}}, pull: {federate: {enable_compression: false}}}\n"
             "phases: {warmup: 1m, measure: 3m, drain: 1m}\n"
             "timeline: [{name: gap, at: 1m, for: 30s, fault: link_down}]\n" +
                 matrix,
             "s.yaml")
      .value();
}

ScenarioRun run(
    const std::vector<Cell>& cells, int jobs,
    const ScenarioRunner::Progress& progress = [](const RunProgress&) { return true; }) {
  const std::string name = cells.front().scenario.calibration;
  const std::string folder = std::string(PUSHPULL_SOURCE_DIR) + "/scenarios";
  const Calibrations calibrations = {{name, find_calibration(name, "s.yaml", folder).value()}};
  RunnerOptions options;
  options.jobs = jobs;
  return ScenarioRunner(cells, calibrations, options, progress).run().value();
}

std::vector<std::string> names(const Json& result) {
  std::vector<std::string> out;
  for (const Json& run : result["runs"]) {
    out.push_back(run["cell"].get<std::string>() + " " + run["variant"].get<std::string>());
  }
  return out;
}

constexpr const char* kMatrix =
    "matrix:\n"
    "  workload.series: [60, 90]\n"
    "  variants.push.remote_write.queue_config.max_samples_per_send: [10, 50]\n"
    "  timeline[0].for: [20s]\n";

TEST(RunScenario, ManyJobsGiveTheBytesOfOne) {
  const std::vector<Cell> grid = cells(kMatrix);
  const ScenarioRun one = run(grid, 1);
  EXPECT_TRUE(one.failures.empty());
  EXPECT_FALSE(one.interrupted);
  EXPECT_THAT(names(one.result), ElementsAre("series=60,max_samples_per_send=10,for=20s push",
                                             "series=60,max_samples_per_send=10,for=20s pull",
                                             "series=60,max_samples_per_send=50,for=20s push",
                                             "series=60,max_samples_per_send=50,for=20s pull",
                                             "series=90,max_samples_per_send=10,for=20s push",
                                             "series=90,max_samples_per_send=10,for=20s pull",
                                             "series=90,max_samples_per_send=50,for=20s push",
                                             "series=90,max_samples_per_send=50,for=20s pull"));
  EXPECT_EQ(run(grid, 4).result.dump(), one.result.dump());
}

TEST(RunScenario, ARunSaysWhereItIsAndWhatItWasPutThrough) {
  const Json result = run(cells(kMatrix), 2).result;
  const Json& last = result["runs"][7];
  EXPECT_EQ(last["axes"]["workload.series"], Json({{"text", "90"}, {"value", 90}, {"unit", ""}}));
  EXPECT_EQ(last["axes"]["timeline[0].for"], Json({{"text", "20s"}, {"value", 20}, {"unit", "s"}}));
  EXPECT_DOUBLE_EQ(last["phases"]["measure_s"], 180);
  const Json& fault = last["faults"][0];
  EXPECT_EQ(fault["name"], "gap");
  EXPECT_DOUBLE_EQ(fault["planned"]["at_s"], 60);
  EXPECT_DOUBLE_EQ(fault["planned"]["for_s"], 20);
  EXPECT_DOUBLE_EQ(fault["actual"]["from_s"], 60);
  EXPECT_DOUBLE_EQ(fault["actual"]["to_s"], 80);
  EXPECT_FALSE(result["faults"][0].contains("actual"));
}

TEST(RunScenario, ARunThatEqualsAnotherHasItsFigures) {
  const std::vector<Cell> grid = cells(kMatrix);
  std::set<size_t> started;
  const Json result = run(grid, 1, [&](const RunProgress& at) {
                        started.insert(at.run);
                        EXPECT_EQ(at.runs, 6);
                        return true;
                      }).result;
  EXPECT_THAT(started, ElementsAre(0, 1, 2, 4, 5, 6));  // the pulls 3 and 7 equal 1 and 5
  // Run on its own, the cell gives the same.
  EXPECT_EQ(run({grid[3]}, 1).result["runs"][1].dump(), result["runs"][7].dump());
}

TEST(RunScenario, ProgressEndsAtTheWhole) {
  RunProgress last;
  Duration simulated;
  run(cells(kMatrix), 3, [&](const RunProgress& at) {
    EXPECT_GE(at.share, last.share);
    last = at;
    if (at.ended) simulated += at.total;
    return true;
  });
  EXPECT_NEAR(last.share, 1, 1e-9);
  EXPECT_EQ(last.finished, 6);
  EXPECT_EQ(last.all_done, simulated);
  EXPECT_EQ(simulated, Duration::minutes(5) * 6);
}

TEST(RunScenario, StoppingKeepsWhatIsFinished) {
  const ScenarioRun stopped =
      run(cells(kMatrix), 1, [](const RunProgress& at) { return at.finished < 2; });
  EXPECT_TRUE(stopped.interrupted);
  // The pull of the second cell equals that of the first.
  EXPECT_THAT(names(stopped.result), ElementsAre("series=60,max_samples_per_send=10,for=20s push",
                                                 "series=60,max_samples_per_send=10,for=20s pull",
                                                 "series=60,max_samples_per_send=50,for=20s pull"));
  for (const Json& run : stopped.result["runs"]) EXPECT_FALSE(run["interrupted"]);
}

TEST(RunScenario, ACellThatCannotRunIsToldAndTheOthersStay) {
  // More series than a target can have; no limit of the format forbids it.
  std::vector<Cell> grid = cells("matrix: {workload.series: [60, 90]}\n");
  grid[0].scenario.workload.targets = 1;
  grid[0].scenario.workload.series = int64_t{1} << 33;
  const ScenarioRun partly = run(grid, 1);
  EXPECT_THAT(names(partly.result), ElementsAre("series=90 push", "series=90 pull"));
  ASSERT_EQ(partly.failures.size(), 2u);
  EXPECT_THAT(partly.failures[0], testing::StartsWith("series=60: push: 8589934592 series per"));
}

}  // namespace
}  // namespace pushpull
