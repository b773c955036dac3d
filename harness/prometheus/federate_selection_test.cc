#include "harness/prometheus/federate_selection.h"

#include <gtest/gtest.h>

#include "harness/workload/workload.h"

namespace pushpull {
namespace {

const Workload kWorkload =
    Workload::make({.leaves = 1, .targets = 1, .series = 100, .seed = 3}).value();

uint32_t unselected(const std::vector<std::string>& match) {
  ScrapeConfig federate;
  federate.params = {{"match[]", match}};
  return FederateSelection(federate).unselected(kWorkload.target(0)).count();
}

TEST(FederateSelection, TargetLabelsDecideForAllSeriesAtOnce) {
  EXPECT_EQ(unselected({"{job=\"bench\"}"}), 0u);
  EXPECT_EQ(unselected({"{job=\"other\"}"}), 100u);
  EXPECT_EQ(unselected({}), 100u);
}

TEST(FederateSelection, NamesAreAskedOneByOne) {
  const Target& target = kWorkload.target(0);
  const std::string name(target.labels(0).metric_name());
  uint32_t same = 0;
  for (uint32_t p = 0; p < 100; ++p) same += target.labels(p).metric_name() == name;
  EXPECT_EQ(unselected({name}), 100 - same);
  EXPECT_EQ(unselected({name, "{__name__!=\"" + name + "\"}"}), 0u);
}

}  // namespace
}  // namespace pushpull
