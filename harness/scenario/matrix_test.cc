#include "harness/scenario/matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/load.h"

namespace pushpull {
namespace {

using testing::ElementsAre;

constexpr const char* kBase =
    "version: 1\n"
    "name: base\n"
    "workload: {targets: 5, series: 1k}\n"
    "links: {lan: {rtt: 1ms}, wan: {rtt: 80ms}}\n"
    "link: lan\n"
    "variants:\n"
    "  push: {remote_write: {}}\n"
    "  push-2: {remote_write: {}}\n"
    "  pull: {federate: {}}\n"
    "timeline: [{name: a, at: 1m, for: 1m, fault: link_down}]\n";

Result<std::vector<Cell>> load(const std::string& more, const Overrides& overrides = {}) {
  return load_cells(kBase + more, "s.yaml", overrides);
}

std::vector<std::string> ids(const Result<std::vector<Cell>>& cells) {
  if (!cells) return {cells.error().message};
  std::vector<std::string> out;
  for (const Cell& cell : *cells) out.push_back(cell.id);
  return out;
}

// The report without the quoted lines.
std::string errors_of(const std::string& more, const Overrides& overrides = {}) {
  const Result<std::vector<Cell>> cells = load(more, overrides);
  if (cells) return "";
  std::istringstream lines(cells.error().message);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("error: ") != std::string::npos) out += (out.empty() ? "" : "\n") + line;
  }
  return out;
}

TEST(Matrix, WithoutOneThereIsOneCell) {
  for (const char* more : {"", "matrix: {}\n", "matrix: ~\n", "matrix: {link: ~}\n"}) {
    EXPECT_THAT(ids(load(more)), ElementsAre("default")) << more;
  }
  EXPECT_TRUE(load("")->front().axes.empty());
}

TEST(Matrix, CellsAreTheCrossProductInDeclaredOrder) {
  const auto cells = load(
      "matrix:\n"
      "  workload.series: [1k, 20k]\n"
      "  link: [lan, wan]\n"
      "  timeline[0].for: [30s]\n");
  ASSERT_THAT(ids(cells),
              ElementsAre("series=1k,link=lan,for=30s", "series=1k,link=wan,for=30s",
                          "series=20k,link=lan,for=30s", "series=20k,link=wan,for=30s"));
  const Cell& cell = (*cells)[1];
  EXPECT_EQ(cell.scenario.workload.series, 1000);
  EXPECT_EQ(cell.scenario.workload.targets, 5);
  EXPECT_EQ(cell.scenario.link, "wan");
  EXPECT_EQ(cell.scenario.timeline[0].duration, Duration::seconds(30));
  EXPECT_EQ(cell.axes[0].path, "workload.series");
  EXPECT_EQ(cell.axes[0].text, "1k");
  EXPECT_EQ(cell.axes[0].number, 1000);
}

TEST(Matrix, ReachesQueueConfigWhichTheDocumentLeavesOut) {
  const auto cells =
      load("matrix: {variants.push.remote_write.queue_config.max_samples_per_send: [500]}\n");
  ASSERT_THAT(ids(cells), ElementsAre("max_samples_per_send=500"));
  const auto& variants = cells->front().scenario.variants;
  EXPECT_EQ(variants[0].second.remote_write->config.queue_config.max_samples_per_send, 500);
  EXPECT_EQ(variants[1].second.remote_write->config.queue_config.max_samples_per_send, 2000);
}

TEST(Matrix, IdsSayAsMuchAsTellsAxesApart) {
  EXPECT_THAT(ids(load("matrix:\n"
                       "  variants.push.remote_write.queue_config.capacity: [5000]\n"
                       "  variants.push-2.remote_write.queue_config.capacity: [6000]\n"
                       "  workload.series: [1k]\n")),
              ElementsAre("push.remote_write.queue_config.capacity=5000,"
                          "push-2.remote_write.queue_config.capacity=6000,series=1k"));
}

TEST(Matrix, ExclusionsDropTheCellsThatAgreeWithAllOfTheirPairs) {
  EXPECT_THAT(ids(load("matrix:\n"
                       "  workload.series: [1k, 20k]\n"
                       "  link: [lan, wan]\n"
                       "  seed: [1, 2]\n"
                       "  exclude: [{workload.series: 20k, link: wan}, {seed: 2, link: lan}]\n")),
              ElementsAre("series=1k,link=lan,seed=1", "series=1k,link=wan,seed=1",
                          "series=1k,link=wan,seed=2", "series=20k,link=lan,seed=1"));
}

TEST(Matrix, AnExclusionThatMatchesNothingIsAnError) {
  EXPECT_EQ(errors_of("matrix:\n"
                      "  link: [lan]\n"
                      "  exclude: [{lin: lan}, {link: wan}, 3]\n"),
            "s.yaml:13:14: error: matrix.exclude: 'lin' is no axis of the matrix; did you mean "
            "'link'?\n"
            "s.yaml:13:32: error: matrix.exclude: matches nothing: 'wan' is no value of link\n"
            "s.yaml:13:38: error: matrix.exclude: expected a map of paths to a value");
  EXPECT_EQ(errors_of("matrix: {link: [lan], exclude: [{link: lan}]}\n"),
            "s.yaml:11:23: error: matrix.exclude: leaves no cell");
}

TEST(Matrix, ErrorsPointAtTheAxis) {
  EXPECT_EQ(errors_of("matrix:\n"
                      "  workload.seriez: [1k]\n"
                      "  variants.pusch.remote_write.queue_config.capacity: [1]\n"
                      "  links.wann.rtt: [1ms]\n"
                      "  engine: [virtual, loopback]\n"
                      "  link: wan\n"
                      "  workload.targets: [1, 1, [2]]\n"
                      "  timeline[7].for: [1m]\n"),
            "s.yaml:12:3: error: unknown key 'seriez' in workload; did you mean 'series'?\n"
            "s.yaml:13:3: error: matrix.variants.pusch.remote_write.queue_config.capacity: no "
            "'pusch' in variants; did you mean 'push'?\n"
            "s.yaml:14:3: error: matrix.links.wann.rtt: no 'wann' in links; did you mean 'wan'?\n"
            "s.yaml:15:3: error: matrix.engine: cannot be swept: it is one for all cells\n"
            "s.yaml:16:9: error: matrix.link: expected a list of at least one value\n"
            "s.yaml:17:25: error: matrix.workload.targets: '1' is listed twice\n"
            "s.yaml:17:28: error: matrix.workload.targets: each value must be a single one\n"
            "s.yaml:18:3: error: 'timeline' has no item [7]");
  EXPECT_EQ(errors_of("matrix: [1]\n"),
            "s.yaml:11:1: error: matrix: expected a map of paths to lists of values");
}

TEST(Matrix, ErrorsOfSomeCellsNameOne) {
  // The value is at fault in whichever cell it is; the sum of two axes only in some.
  EXPECT_EQ(errors_of("matrix:\n"
                      "  workload.series: [4, 1k, 10x]\n"
                      "  workload.targets: [2, 5, 9]\n"),
            "s.yaml:12:21: error: workload.series: fewer than targets (5): each needs one "
            "(in cell series=4,targets=5)\n"
            "s.yaml:12:21: error: workload.series: fewer than targets (9): each needs one "
            "(in cell series=4,targets=9)\n"
            "s.yaml:12:28: error: workload.series: unknown unit 'x' in count '10x' (use k, M, G) "
            "(in cell series=10x,targets=2 and 2 more)");
}

TEST(Matrix, IsLimited) {
  std::string values;
  for (int i = 5; i < 106; ++i) values += (i == 5 ? "" : ", ") + std::to_string(i);
  EXPECT_EQ(errors_of("matrix: {seed: [" + values + "], workload.series: [" + values + "]}\n"),
            "s.yaml:11:1: error: matrix: more than 10000 cells: list fewer values");
}

TEST(Matrix, ProfilesReplaceListsAndRemoveAxesWithNothing) {
  const std::string matrix =
      "matrix: {workload.series: [1k, 20k], link: [lan, wan]}\n"
      "profiles:\n"
      "  one: {matrix: {workload.series: [5]}}\n"
      "  less: {matrix: {link: ~}}\n"
      "  none: {matrix: ~}\n";
  const auto with = [&](const char* profile) {
    Overrides overrides;
    overrides.profile = profile;
    return ids(load(matrix, overrides));
  };
  EXPECT_THAT(with("one"), ElementsAre("series=5,link=lan", "series=5,link=wan"));
  EXPECT_THAT(with("less"), ElementsAre("series=1k", "series=20k"));
  EXPECT_THAT(with("none"), ElementsAre("default"));
  EXPECT_THAT(profile_names(kBase + matrix), ElementsAre("one", "less", "none"));
}

TEST(Matrix, SettingsReachItButMayNotHideBehindIt) {
  Overrides overrides;
  overrides.settings = {"matrix.workload.series=[7, 8]"};
  EXPECT_THAT(ids(load("matrix: {workload.series: [1k]}\n", overrides)),
              ElementsAre("series=7", "series=8"));
  overrides.settings = {"workload.series=7"};
  EXPECT_EQ(errors_of("matrix: {workload.series: [1k]}\n", overrides),
            "--set workload.series: error: the matrix sweeps workload.series: choose its values "
            "with --set 'matrix.workload.series=[…]'");
}

}  // namespace
}  // namespace pushpull
