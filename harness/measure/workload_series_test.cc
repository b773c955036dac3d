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

}  // namespace
}  // namespace pushpull
