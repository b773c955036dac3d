#include "harness/workload/blueprint.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

const Padding kPadding = {"rest_info", "The rest.", "thing"};

// Four fixed series and 2 + 14 for each unit.
Blueprint plan(uint32_t units) {
  Blueprint blueprint;
  const AxisPtr unit = numbered_axis("unit", "u", units);
  blueprint.families = {family("fixed", "Fixed.", constant(1), {axis("a", {"1", "2", "3", "4"})}),
                        family("per_unit", "Per unit.", gauge(0, 9), {unit, axis("b", {"1", "2"})}),
                        family("seconds", "Histogram.", histogram(1, 9), {unit})};
  return blueprint;
}

std::vector<uint64_t> series_by_family(uint32_t size) {
  std::vector<uint64_t> series;
  for (const Family& family : fit(plan, kPadding, size).families) series.push_back(family.series());
  return series;
}

using Counts = std::vector<uint64_t>;

TEST(Fit, TakesAsManyWholeUnitsAsFitAndPadsTheRest) {
  EXPECT_EQ(series_by_family(4 + 16), (Counts{4, 2, 14}));
  EXPECT_EQ(series_by_family(4 + 3 * 16), (Counts{4, 6, 42}));
  EXPECT_EQ(series_by_family(4 + 3 * 16 + 15), (Counts{4, 6, 42, 15}));
}

TEST(Fit, CutsWholeRowsWhereOneUnitDoesNotFit) {
  EXPECT_EQ(series_by_family(1), (Counts{1}));
  EXPECT_EQ(series_by_family(5), (Counts{4, 1}));
  EXPECT_EQ(series_by_family(4 + 2 + 13), (Counts{4, 2, 13}));
}

TEST(Fit, PaddingIsAFamilyOfOneLabel) {
  const Blueprint blueprint = fit(plan, kPadding, 4 + 16 + 2);
  const Family& padding = blueprint.families.back();
  EXPECT_EQ(padding.name, "rest_info");
  ASSERT_EQ(padding.rows, 2u);
  EXPECT_EQ(padding.labels(1)[0].name, "thing");
  EXPECT_EQ(padding.labels(1)[0].value->literal, "thing-1");
}

}  // namespace
}  // namespace pushpull
