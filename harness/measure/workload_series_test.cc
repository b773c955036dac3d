#include "harness/measure/workload_series.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

class WorkloadSeriesTest : public testing::Test {
 protected:
  Workload workload_ =
      std::move(*Workload::make({.leaves = 1, .targets = 4, .series = 1000, .seed = 3}));
  WorkloadSeries series_{workload_};
};

TEST_F(WorkloadSeriesTest, FindsEverySeriesByItsStoredLabels) {
  for (const Target& target : workload_.targets()) {
    for (uint32_t position = 0; position < target.size(); ++position) {
      Labels labels = target.stored_labels(position);
      labels.set("replica", "a");  // an external label
      const SeriesId expected = {SeriesId::Kind::kWorkload, target.id(), position};
      ASSERT_EQ(series_.find(labels), expected) << labels.to_string();
    }
  }
}

TEST_F(WorkloadSeriesTest, KnowsWhatALeafMakes) {
  Labels labels = workload_.target(2).target_labels();
  labels.set("__name__", "up");
  EXPECT_EQ(series_.find(labels), (SeriesId{SeriesId::Kind::kLeafMade, 2, 0}));
  labels.set("__name__", "scrape_duration_seconds");
  EXPECT_EQ(series_.find(labels).kind, SeriesId::Kind::kLeafMade);
}

TEST_F(WorkloadSeriesTest, AnythingElseIsUnknown) {
  Labels labels = workload_.target(2).target_labels();
  labels.set("__name__", "nobody_exposes_this");
  EXPECT_EQ(series_.find(labels), SeriesId());
  labels.set("__name__", "up");
  labels.set("instance", "localhost:1");
  EXPECT_EQ(series_.find(labels), SeriesId());
}

TEST_F(WorkloadSeriesTest, ValuesAreTheGenerators) {
  const Target& target = workload_.target(1);
  const std::vector<uint32_t> positions = {7, 3};
  std::vector<double> values(2);
  series_.values(1, 30, positions, values);
  EXPECT_EQ(values, (std::vector<double>{target.value(7, 30), target.value(3, 30)}));
}

TEST(WorkloadSeriesChurnTest, AScrapeHasTheSeriesOfItsGenerations) {
  const Workload workload = std::move(*Workload::make(
      {.targets = 1, .series = 50, .seed = 3, .churn = {.per_million = 200'000, .scrapes = 1}}));
  const WorkloadSeries series(workload);
  const Target& target = workload.target(0);
  for (const uint64_t ordinal : {0, 3, 12}) {
    const Generations now = target.generations(ordinal);
    for (uint32_t p = 0; p < target.size(); ++p) {
      const SeriesId id = series.find(target.stored_labels(p, now.of(p)));
      EXPECT_EQ(id.generation, now.of(p));
      EXPECT_TRUE(series.has(id, ordinal));
      // A round takes five scrapes.
      EXPECT_FALSE(series.has(id, ordinal + 5));
      std::vector<double> value(1);
      series.values(0, ordinal, std::vector<uint32_t>{p}, value);
      EXPECT_EQ(value[0], target.value(p, ordinal));
    }
  }
}

}  // namespace
}  // namespace pushpull
