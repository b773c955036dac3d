#include "harness/prometheus/self_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/loop/virtual_loop.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/prometheus/server.h"
#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

using testing::HasSubstr;
using testing::Not;

// Answers scrapes with one page and takes every write request.
class FakeWeb : public Transport {
 public:
  explicit FakeWeb(EventLoop& loop) : loop_(loop) {}
  void send(const std::string&, Request request, Duration, Decoder decode, Work::Kind,
            Done done) override {
    auto reply = std::make_shared<std::pair<Done, Exchange>>(std::move(done), Exchange());
    Response& response = reply->second.response;
    response.status = request.method == "POST" ? 204 : 200;
    if (request.method != "POST") {
      response.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
      response.body.payload = decode(response.headers, "# TYPE a gauge\na 1\n").value();
    }
    loop_.schedule_after(ms(1), [reply] { reply->first(std::move(reply->second)); });
  }

 private:
  EventLoop& loop_;
};

class SelfMetricsTest : public testing::Test {
 protected:
  void start(const std::string& release, const std::string& limit = "") {
    ServerOptions options;
    options.profile = release_profile(release).value();
    options.enable_receiver = true;
    ScrapeTarget target;
    target.endpoint = "a:1";
    target.path = "/metrics";
    target.labels = Labels({{"job", "bench"}});
    target.interval = target.timeout = s(1);
    options.targets.push_back(target);
    RemoteWriteConfig config = remote_write_defaults(options.profile);
    config.url = "http://central:9090/api/v1/write";
    config.name = "central";
    if (!limit.empty()) config.queue_config.sample_age_limit = s(3);
    options.remote_write.push_back(std::move(config));
    storage_.emplace(options.external_labels, options.profile);
    server_.emplace(loop_, web_, *storage_, observer_, std::move(options));
  }
  std::string page() const { return self_metrics(*server_); }
  // The value of the series of `name`, labels included, as it stands.
  std::string value(const std::string& series) const {
    const std::string text = page();
    const size_t at = text.find("\n" + series + " ");
    if (at == std::string::npos) return "absent";
    const size_t begin = at + series.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
  }
  static std::string of_queue(const std::string& name) {
    return "prometheus_remote_storage_" + name +
           R"({remote_name="central",url="http://central:9090/api/v1/write"})";
  }

  VirtualLoop loop_;
  FakeWeb web_{loop_};
  DropRecorder observer_;
  std::optional<SampleStorage> storage_;
  std::optional<Server> server_;
};

TEST_F(SelfMetricsTest, HighestTimestampsAppearAsTheReleaseShowsThem) {
  start("2.53");
  EXPECT_EQ(value(of_queue("queue_highest_sent_timestamp_seconds")), "absent");
  EXPECT_EQ(value("prometheus_remote_storage_highest_timestamp_in_seconds"), "absent");
  loop_.run_for(s(8));
  EXPECT_NE(value(of_queue("queue_highest_sent_timestamp_seconds")), "absent");
  EXPECT_NE(value("prometheus_remote_storage_highest_timestamp_in_seconds"), "absent");
  server_.reset();
  start("3.6");
  EXPECT_EQ(value(of_queue("queue_highest_sent_timestamp_seconds")), "0");
  EXPECT_EQ(value(of_queue("queue_highest_timestamp_seconds")), "absent");
  server_.reset();
  start("3.7");
  EXPECT_EQ(value(of_queue("queue_highest_timestamp_seconds")), "0");
  loop_.run_for(s(8));
  EXPECT_NE(value(of_queue("queue_highest_timestamp_seconds")), "0");
}

TEST_F(SelfMetricsTest, MetadataIsCountedApart) {
  start("3.5");
  loop_.run_for(s(61));
  EXPECT_EQ(value(of_queue("metadata_total")), "1");
  // snappy of 07 1a 05: 08 02 (gauge) 12 01 61 (a): 7 bytes, one literal.
  EXPECT_EQ(value(of_queue("metadata_bytes_total")), "9");
  EXPECT_EQ(value(of_queue("metadata_failed_total")), "0");
  EXPECT_EQ(value(of_queue("exemplars_total")), "0");
  EXPECT_EQ(value(of_queue("histograms_pending")), "0");
}

TEST_F(SelfMetricsTest, WhatWasDroppedHasItsReason) {
  start("3.5", "3s");
  loop_.run_for(s(8));
  // Requests leave after five seconds: by then the samples of the first second are older than 3 s.
  EXPECT_THAT(page(), HasSubstr(R"(samples_dropped_total{remote_name="central",)"
                                R"(url="http://central:9090/api/v1/write",reason="too_old"} )"));
  EXPECT_THAT(page(), Not(HasSubstr("dropped_series")));
  server_.reset();
  start("2.49");
  EXPECT_EQ(value(of_queue("samples_dropped_total")), "0");
  EXPECT_EQ(value(of_queue("histograms_dropped_total")), "0");
}

TEST_F(SelfMetricsTest, ReadersOfTheWalCountRecords) {
  start("3.5");
  loop_.run_for(s(10));
  const std::string consumer = R"({consumer="central")";
  EXPECT_EQ(value("prometheus_wal_watcher_records_read_total" + consumer + R"(,type="samples"})"),
            "10")
      << "one for each scrape";
  EXPECT_EQ(value("prometheus_wal_watcher_notifications_skipped_total" + consumer + "}"), "0");
  EXPECT_EQ(value("prometheus_wal_watcher_current_segment" + consumer + "}"), "0");
  EXPECT_EQ(value("prometheus_tsdb_wal_segment_current"), "0");
  server_.reset();
  start("2.44");
  EXPECT_THAT(page(), Not(HasSubstr("notifications_skipped")));
}

TEST_F(SelfMetricsTest, ReceiversAppearWhereTheReleaseHasThem) {
  start("2.42");
  EXPECT_THAT(page(), Not(HasSubstr("prometheus_api_remote_write")));
  server_.reset();
  start("3.5");
  EXPECT_EQ(value("prometheus_api_remote_write_invalid_labels_samples_total"), "0");
  EXPECT_EQ(value("prometheus_api_remote_write_without_metadata_appended_samples_total"), "0");
}

TEST_F(SelfMetricsTest, RequestsAreCountedByHandlerAndStatus) {
  start("3.5");
  for (const char* path : {"/metrics", "/metrics", "/api/v1/write", "/nowhere"}) {
    Arrival arrival;
    arrival.request.path = path;
    server_->handle(std::move(arrival), [](Response) {});
  }
  const auto requests = [this](const char* handler, const char* code) {
    return value(std::string("prometheus_http_requests_total{code=\"") + code + "\",handler=\"" +
                 handler + "\"}");
  };
  EXPECT_EQ(requests("/metrics", "200"), "2");
  EXPECT_EQ(requests("/api/v1/write", "405"), "1");
  EXPECT_EQ(requests("/", "404"), "1");
}

}  // namespace
}  // namespace pushpull
