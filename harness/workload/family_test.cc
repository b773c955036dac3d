#include "harness/workload/family.h"

#include <gtest/gtest.h>

#include "harness/workload/blueprint.h"

namespace pushpull {
namespace {

TEST(Family, RowsRunThroughTheLastAxisFastest) {
  const Family cpu =
      family("cpu", "", constant(1), {numbered_axis("cpu", "", 2), axis("mode", {"idle", "user"})});
  EXPECT_EQ(cpu.rows, 4u);
  EXPECT_EQ(cpu.labels(1)[0].value->literal, "user");
  EXPECT_EQ(cpu.labels(1)[1].value->literal, "0");
  EXPECT_EQ(cpu.labels(2)[1].value->literal, "1");
}

TEST(Family, TypeFollowsFromTheRule) {
  EXPECT_EQ(family("m", "", counter(1, 1)).type(), MetricType::kCounter);
  EXPECT_EQ(family("m", "", first_of(2)).type(), MetricType::kGauge);
  EXPECT_EQ(family("m", "", histogram(1, 1)).type(), MetricType::kHistogram);
  EXPECT_STREQ(metric_type_name(MetricType::kHistogram), "histogram");
}

TEST(Family, AHistogramRowIsItsBucketsSumAndCount) {
  const Family latency = family("latency_seconds", "", histogram(1, 1), {axis("a", {"1", "2"})});
  EXPECT_EQ(latency.rows, 2u);
  EXPECT_EQ(latency.series(), 2u * (12 + 2));
  EXPECT_EQ(latency.series_name(11), "latency_seconds_bucket");
  EXPECT_EQ(latency.bucket_bound(11), "+Inf");
  EXPECT_EQ(latency.series_name(12), "latency_seconds_sum");
  EXPECT_EQ(latency.bucket_bound(12), "");
  EXPECT_EQ(latency.series_name(13), "latency_seconds_count");
}

TEST(FamilyDeath, RowsMustFitThirtyTwoBits) {
  const AxisPtr wide = numbered_axis("a", "", 1 << 11);
  EXPECT_DEATH(family("m", "", constant(1), {wide, wide, wide}), "m has too many rows");
}

}  // namespace
}  // namespace pushpull
