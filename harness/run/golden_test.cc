// Two virtual scenarios whose figures are stored: a change of any of them must be meant. To store
// new ones:
//   PUSHPULL_RECORD=1 build/release/harness/run/run_test --gtest_filter='Golden*'
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/run/metrics.h"
#include "harness/run/run_scenario.h"
#include "harness/scenario/load.h"

namespace pushpull {
namespace {

using Json = nlohmann::ordered_json;

std::string path_of(const std::string& file) {
  return std::string(PUSHPULL_SOURCE_DIR) + "/harness/run/testdata/" + file;
}

std::string read(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

Json run_result(const std::string& name) {
  const std::string path = path_of(name + ".yaml");
  const std::vector<Cell> cells = load_cells(read(path), path).value();
  const std::string& calibration = cells.front().scenario.calibration;
  const Calibrations calibrations = {
      {calibration,
       find_calibration(calibration, path, std::string(PUSHPULL_SOURCE_DIR) + "/scenarios")
           .value()}};
  ScenarioRunner runner(cells, calibrations, {}, [](const RunProgress&) { return true; });
  ScenarioRun run = runner.run().value();
  EXPECT_EQ(run.failures, std::vector<std::string>());
  return std::move(run.result);
}

// The figures of each variant, without histograms and series: short enough to read in a diff.
Json figures(const Json& result) {
  Json out = Json::object();
  for (const Json& run : result["runs"]) {
    Json& variant = out[run["variant"].get<std::string>()];
    for (const Json& metric : run["metrics"])
      variant[metric["name"].get<std::string>()] = metric["value"];
    variant["losses"] = run["losses"];
  }
  return out;
}

class GoldenTest : public testing::TestWithParam<const char*> {};

TEST_P(GoldenTest, FiguresAreTheStoredOnes) {
  const std::string name = GetParam();
  const Json result = run_result(name);
  const std::string stored = path_of(name + ".golden.json");
  const std::string now = figures(result).dump(1) + "\n";
  if (std::getenv("PUSHPULL_RECORD") != nullptr) std::ofstream(stored) << now;
  EXPECT_EQ(now, read(stored))
      << "if this change is meant, record it: see the head of golden_test.cc";
  // Equal seeds give equal bytes, histograms and series included.
  EXPECT_EQ(result.dump(), run_result(name).dump());
}

INSTANTIATE_TEST_SUITE_P(Scenarios, GoldenTest, testing::Values("wan-outage", "central-restart"));

}  // namespace
}  // namespace pushpull
