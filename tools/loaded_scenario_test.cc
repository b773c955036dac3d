#include "tools/loaded_scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushpull {
namespace {

LoadedScenario small() {
  LoadedScenario loaded;
  loaded.cells = load_cells(
                     "version: 1\n"
                     "name: s\n"
                     "workload: {targets: 1}\n"
                     "links: {lan: {}, wan: {}}\n"
                     "variants: {push: {remote_write: {}}, pull: {federate: {}}}\n"
                     "matrix: {workload.series: [1k, 11k], link: [lan, wan]}\n",
                     "s.yaml")
                     .value();
  return loaded;
}

std::vector<std::string> ids(const LoadedScenario& loaded) {
  std::vector<std::string> out;
  for (const Cell& cell : loaded.cells) out.push_back(cell.id);
  return out;
}

TEST(KeepOnly, KeepsCellsThatAgreeWithEveryPair) {
  LoadedScenario loaded = small();
  ASSERT_TRUE(keep_only({"series=1k"}, {}, loaded).ok());
  EXPECT_THAT(ids(loaded), testing::ElementsAre("series=1k,link=lan", "series=1k,link=wan"));
  ASSERT_TRUE(keep_only({"workload.series=1k", "link=wan"}, {}, loaded).ok());
  EXPECT_THAT(ids(loaded), testing::ElementsAre("series=1k,link=wan"));
  loaded = small();
  ASSERT_TRUE(keep_only({"series=11k,link=lan"}, {}, loaded).ok());  // an id as a whole
  EXPECT_THAT(ids(loaded), testing::ElementsAre("series=11k,link=lan"));
}

TEST(KeepOnly, KeepsVariantsAndABaselineAmongThem) {
  LoadedScenario loaded = small();
  ASSERT_TRUE(keep_only({}, {"pull"}, loaded).ok());
  for (const Cell& cell : loaded.cells) {
    ASSERT_EQ(cell.scenario.variants.size(), 1u);
    EXPECT_EQ(cell.scenario.variants[0].first, "pull");
    EXPECT_EQ(cell.scenario.baseline, "pull");
  }
}

TEST(KeepOnly, SaysWhatThereIs) {
  LoadedScenario loaded = small();
  EXPECT_EQ(keep_only({"series=2k"}, {}, loaded).error().message,
            "--cell series=2k: no cell agrees with it; cells are named as in 'series=1k,link=lan' "
            "(pushpull expand lists them)");
  loaded = small();
  EXPECT_EQ(keep_only({}, {"pusch"}, loaded).error().message,
            "--variant pusch: no such variant; did you mean 'push'?");
}

}  // namespace
}  // namespace pushpull
