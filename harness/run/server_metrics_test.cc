#include "harness/run/server_metrics.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

const Instant kBegin = Instant::from_unix_ms(1'767'225'600'000);

TEST(ReadMetrics, SumsDestinationsAndIgnoresTheRest) {
  const MetricsSample sample =
      read_metrics(0, kBegin,
                   "# HELP x y\n"
                   "prometheus_remote_storage_samples_pending{remote_name=\"a\"} 10\n"
                   "prometheus_remote_storage_samples_pending{remote_name=\"b\"} 5\n"
                   "prometheus_remote_storage_shards{remote_name=\"a\"} 2\n"
                   "prometheus_remote_storage_shards_desired{remote_name=\"a\"} 2.5\n"
                   "prometheus_remote_storage_shards_max{remote_name=\"a\"} 50\n"
                   "prometheus_remote_storage_sent_batch_duration_seconds_count 7\n");
  EXPECT_EQ(sample.samples_pending, 15);
  EXPECT_EQ(sample.shards, 2);
  EXPECT_EQ(sample.shards_desired, 2.5);
  EXPECT_EQ(sample.requests, 7);
  EXPECT_EQ(read_metrics(0, kBegin, "<html>").shards, std::nullopt);
}

TEST(ReadMetrics, OfVmagentOnlyItsRequests) {
  const MetricsSample sample =
      read_metrics(0, kBegin,
                   "vmagent_remotewrite_requests_total{url=\"1\", status_code=\"2XX\"} 7\n"
                   "vmagent_remotewrite_requests_total{url=\"1\", status_code=\"500\"} 2\n"
                   "vmagent_remotewrite_queues{url=\"1\"} 4\n");
  EXPECT_EQ(sample.requests, 9);
  EXPECT_EQ(sample.samples_pending, std::nullopt);
  Recorder recorder(1, {kBegin, kBegin + Duration::seconds(10)}, kBegin);
  record_metrics({sample}, true, recorder);
  EXPECT_EQ(recorder.counters().at("requests"), 9);
  for (const TimeSeries::Column& column : recorder.seconds().columns())
    EXPECT_TRUE(column.name != "backlog" && !column.name.starts_with("shards")) << column.name;
}

TEST(RecordMetrics, GaugesAreSumsOverLeavesAndRequestsTheNewestTotals) {
  Recorder recorder(1, {kBegin, kBegin + Duration::seconds(10)}, kBegin);
  const Instant later = kBegin + Duration::seconds(1);
  record_metrics({{0, kBegin, 10, 1, 0.5, 5},
                  {1, kBegin, 20, 2, 2.5, 5},
                  {0, later, 30, 1, 0.5, 9},
                  {1, later, 40, 3, 3.5, 8}},
                 true, recorder);
  EXPECT_EQ(recorder.counters().at("requests"), 17);
  for (const TimeSeries::Column& column : recorder.seconds().columns()) {
    if (column.name == "backlog") {
      EXPECT_EQ(column.values, (std::vector<double>{30, 70}));
    }
    if (column.name == "shards") {
      EXPECT_EQ(column.values, (std::vector<double>{3, 4}));
    }
    if (column.name == "shards_desired") {
      EXPECT_EQ(column.values, (std::vector<double>{3, 4}));
    }
  }
}

TEST(HarnessShare, IsWhatNeitherLeafNorCentralUsed) {
  const auto used = [](const char* role, int64_t seconds) {
    return RoleUsage{role, "", Duration::seconds(seconds), std::nullopt};
  };
  EXPECT_EQ(
      harness_share({used("leaf-0", 2), used("central", 1), used("link", 0), used("targets-0", 1)}),
      0.25);
  EXPECT_EQ(harness_share({}), std::nullopt);
}

}  // namespace
}  // namespace pushpull
