// The server over real bytes, without sockets: its transport and its clients are the test.
#include "harness/prometheus/server.h"

#include <gtest/gtest.h>

#include "harness/loop/virtual_loop.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/remote_write/write_payload.h"
#include "harness/wire/compression.h"
#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

const Instant kStart = Instant::from_unix_ms(1'767'225'600'000);

// Answers scrapes with `page` and write requests with 204, as bytes through the caller's decoder.
class FakeWeb : public Transport {
 public:
  explicit FakeWeb(EventLoop& loop) : loop_(loop) {}
  void send(const std::string& /*endpoint*/, Request request, Duration /*timeout*/, Decoder decode,
            Work::Kind /*decode_work*/, Done done) override {
    Exchange exchange;
    if (request.method == "POST") {
      written.push_back(request.body.payload->encode().value());
      exchange.response.status = 204;
    } else {
      exchange.response.status = status;
      exchange.response.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
      Result<PayloadPtr> payload = decode(exchange.response.headers, page);
      exchange.failed = !payload.ok();
      if (payload.ok()) {
        exchange.response.body.payload = *payload;
      } else {
        exchange.error = {SendError::Kind::kMalformed, payload.error().message};
      }
    }
    auto shared = std::make_shared<std::pair<Done, Exchange>>(std::move(done), std::move(exchange));
    loop_.schedule_after(Duration::milliseconds(1),
                         [shared] { shared->first(std::move(shared->second)); });
  }

  int status = 200;
  std::string page = "a 1\nb{x=\"y\"} 2\n";
  std::vector<std::string> written;  // compressed bodies

 private:
  EventLoop& loop_;
};

class NotedObserver : public Observer {
 public:
  void scraped(const Slice& slice) override { records.push_back(slice.record); }
  void scrape_failed(std::string_view /*path*/, Instant /*intended*/,
                     std::string_view why) override {
    failures.emplace_back(why);
  }
  void dropped(const Slice& /*slice*/, LossCause /*cause*/) override {}
  void received(const Slice& /*slice*/, Fate /*fate*/, Instant /*visible*/) override {}
  void received(std::span<const ForeignSample> samples, Instant /*visible*/) override {
    foreign.insert(foreign.end(), samples.begin(), samples.end());
  }
  void federated(std::string_view /*endpoint*/, Instant /*intended*/, bool /*ok*/) override {}

  std::vector<RecordPtr> records;
  std::vector<std::string> failures;
  std::vector<ForeignSample> foreign;
};

class ServerTest : public testing::Test {
 protected:
  void start(bool scrape, bool push, const std::string& release = "3.5",
             Duration discovery_delay = {}) {
    ServerOptions options;
    options.discovery_delay = discovery_delay;
    options.profile = release_profile(release).value();
    options.external_labels = Labels({{"region", "eu"}});
    options.enable_receiver = true;
    if (scrape) {
      ScrapeTarget target;
      target.endpoint = "a:1";
      target.path = "/metrics";
      target.labels = Labels({{"job", "bench"}});
      target.interval = Duration::seconds(1);
      target.timeout = Duration::seconds(1);
      options.targets.push_back(target);
    }
    if (push) {
      RemoteWriteConfig config = remote_write_defaults(options.profile);
      config.url = "http://central:9090/api/v1/write";
      options.remote_write.push_back(std::move(config));
    }
    storage_.emplace(options.external_labels, options.profile);
    server_.emplace(loop_, web_, *storage_, observer_, std::move(options));
  }
  Response ask(Request request) {
    Arrival arrival;
    const Decoder decode = server_->decoder(request);
    if (decode) {
      Result<PayloadPtr> payload = decode(request.headers, request.body.bytes);
      if (payload.ok()) {
        request.body.payload = *payload;
      } else {
        arrival.malformed = payload.error();
      }
    }
    arrival.request = std::move(request);
    Response answer;
    server_->handle(std::move(arrival), [&answer](Response r) { answer = std::move(r); });
    return answer;
  }
  Response get(const std::string& path, const std::string& query = "") {
    Request request;
    request.path = path;
    request.query = query;
    return ask(request);
  }
  // Posts one sample per (timestamp, value) of series `s`.
  Response write(const std::vector<std::pair<int64_t, double>>& samples) {
    wire::LabelBlock::Builder labels;
    auto record = std::make_shared<Record>();
    for (const auto& [timestamp, value] : samples) {
      labels.add(Labels({{"__name__", "s"}}));
      record->timestamps.push_back(timestamp);
      record->values.push_back(value);
    }
    record->layout = std::make_shared<Layout>(1, static_cast<uint32_t>(samples.size()), nullptr);
    const wire::WriteSlice slice = {Slice::whole(record), labels.build()};
    Request request;
    request.method = "POST";
    request.path = "/api/v1/write";
    request.headers = {{"Content-Encoding", "snappy"}, {"Content-Type", "application/x-protobuf"}};
    std::string memory;
    request.body.bytes = wire::snappy_compress(wire::encode_write_request({&slice, 1}, memory));
    return ask(request);
  }
  std::string federate(const std::string& match) {
    const Response response = get("/federate", "match[]=" + percent_encode(match));
    EXPECT_EQ(response.status, 200);
    return response.body.payload->encode().value();
  }

  VirtualLoop loop_{kStart};
  FakeWeb web_{loop_};
  NotedObserver observer_;
  std::optional<SampleStorage> storage_;
  std::optional<Server> server_;
};

TEST_F(ServerTest, CommitsAScrapeWithItsReport) {
  start(true, false);
  loop_.run_for(Duration::milliseconds(1500));
  ASSERT_GE(observer_.records.size(), 2u);
  const Record& scrape = *observer_.records[0];
  EXPECT_EQ(scrape.values, (std::vector<double>{1, 2}));
  EXPECT_EQ(storage_->registry().labels(scrape.layout->ref(1)).to_string(),
            "b{job=\"bench\",x=\"y\"}");
  const Record& report = *observer_.records[1];
  EXPECT_TRUE(report.leaf_made);
  EXPECT_EQ(report.value(0), 1);  // up
  EXPECT_EQ(report.value(2), 2);  // scrape_samples_scraped
  EXPECT_EQ(report.timestamp_ms, scrape.timestamp_ms);
}

TEST_F(ServerTest, AFailedScrapeEndsItsSeries) {
  start(true, false);
  loop_.run_for(Duration::milliseconds(1100));
  observer_.records.clear();
  web_.status = 500;
  loop_.run_for(Duration::seconds(1));
  ASSERT_EQ(observer_.records.size(), 2u);
  EXPECT_TRUE(observer_.records[0]->stale_markers);
  EXPECT_EQ(observer_.records[0]->size(), 2u);
  EXPECT_EQ(observer_.records[1]->value(0), 0);  // up
  EXPECT_EQ(observer_.failures, (std::vector<std::string>{"server returned HTTP status 500"}));
  EXPECT_EQ(federate("{__name__=~\"a|b\"}"), "");
}

TEST_F(ServerTest, OneBadLineLosesTheScrape) {
  web_.page = "a 1\nb two\n";
  start(true, false);
  loop_.run_for(Duration::milliseconds(1100));
  ASSERT_FALSE(observer_.failures.empty());
  EXPECT_EQ(observer_.records.at(0)->value(0), 0);
}

TEST_F(ServerTest, FederatesTheNewestSampleWithExternalLabelsLast) {
  start(true, false);
  loop_.run_for(Duration::seconds(1));
  const std::string time = std::to_string(observer_.records.at(0)->timestamp_ms);
  EXPECT_EQ(
      federate("b"),
      "# TYPE b untyped\nb{job=\"bench\",x=\"y\",region=\"eu\",instance=\"\"} 2 " + time + "\n");
  web_.page = "a 1\nb{x=\"y\"} 3\n";
  loop_.run_for(Duration::seconds(1));
  EXPECT_NE(federate("b").find(" 3 "), std::string::npos);
  EXPECT_EQ(federate("{}"), "");
  EXPECT_EQ(get("/federate", "match[]=%7B").status, 400);
}

TEST_F(ServerTest, WritesWhatItScrapesWithExternalLabels) {
  start(true, true);
  loop_.run_for(Duration::seconds(8));
  ASSERT_FALSE(web_.written.empty());
  const std::string message = wire::snappy_uncompress(web_.written[0], 1 << 20).value();
  const wire::WrittenRequest request = wire::decode_write_request(message).value();
  const wire::WrittenSample& first = request.samples.at(0);
  EXPECT_EQ(wire::decode_labels(
                std::string_view(request.message).substr(first.label_begin, first.label_size))
                ->to_string(),
            "a{job=\"bench\",region=\"eu\"}");
  EXPECT_EQ(first.value, 1);
  EXPECT_EQ(first.timestamp_ms, observer_.records[0]->timestamp_ms);
}

TEST_F(ServerTest, StoresAWriteRequestOnceAndTellsDuplicates) {
  start(false, false);
  const int64_t t = kStart.unix_ms();
  EXPECT_EQ(write({{t, 1}}).status, 204);
  EXPECT_EQ(write({{t, 1}}).status, 204);
  ASSERT_EQ(observer_.foreign.size(), 2u);
  EXPECT_EQ(observer_.foreign[0].fate, Fate::kStored);
  EXPECT_EQ(observer_.foreign[1].fate, Fate::kDuplicate);
}

TEST_F(ServerTest, ABadSampleRollsTheWholeRequestBack) {
  start(false, false);
  const int64_t t = kStart.unix_ms();
  EXPECT_EQ(write({{t, 1}}).status, 204);
  EXPECT_EQ(write({{t + 1, 2}, {t - 1, 1}}).status, 400);  // the second is out of order
  EXPECT_EQ(federate("s"),
            "# TYPE s untyped\ns{region=\"eu\",instance=\"\"} 1 " + std::to_string(t) + "\n");
}

TEST_F(ServerTest, RepetitionsInsideARequestAreFoundAtCommit) {
  start(false, false);
  const int64_t t = kStart.unix_ms();
  EXPECT_EQ(write({{t, 1}, {t - 5, 2}, {t, 3}}).status, 204);
  ASSERT_EQ(observer_.foreign.size(), 3u);
  EXPECT_EQ(observer_.foreign[1].fate, Fate::kOutOfOrder);
  EXPECT_EQ(observer_.foreign[2].fate, Fate::kDuplicateTimestamp);
}

TEST_F(ServerTest, KeepsStaleMarkersBitByBit) {
  start(false, false);
  EXPECT_EQ(write({{kStart.unix_ms(), stale_nan()}}).status, 204);
  EXPECT_TRUE(is_stale_nan(observer_.foreign.at(0).value));
  EXPECT_EQ(federate("s"), "");
}

TEST_F(ServerTest, TheFutureIsRefusedAsTheReleaseDoes) {
  const int64_t future = (kStart + Duration::hours(1)).unix_ms();
  start(false, false, "3.5");
  EXPECT_EQ(write({{future, 1}}).status, 400);
  server_.reset();
  start(false, false, "2.42");
  EXPECT_EQ(write({{future, 1}}).status, 204);
}

TEST_F(ServerTest, ServesHealthMetricsAndNothingElse) {
  start(true, true);
  EXPECT_EQ(get("/-/ready").body.bytes, "Prometheus Server is Ready.\n");
  EXPECT_EQ(get("/-/healthy").status, 200);
  EXPECT_EQ(get("/nowhere").status, 404);
  loop_.run_for(Duration::seconds(8));
  const std::string metrics = get("/metrics").body.bytes;
  EXPECT_NE(metrics.find("prometheus_remote_storage_samples_total{"), std::string::npos);
  for (const char* name : {"shards{", "shards_min{", "shards_max{", "shards_desired{"}) {
    EXPECT_NE(metrics.find(std::string("prometheus_remote_storage_") + name), std::string::npos)
        << name;
  }
  uint32_t committed = 0;
  for (const RecordPtr& record : observer_.records) committed += record->size();
  EXPECT_EQ(committed, 8u * (2 + 5)) << "two series, and five about the scrape";
  EXPECT_NE(metrics.find("prometheus_remote_storage_samples_in_total " + std::to_string(committed)),
            std::string::npos);
  EXPECT_NE(metrics.find("prometheus_remote_storage_highest_timestamp_in_seconds "),
            std::string::npos);
}

TEST_F(ServerTest, ScrapesNothingBeforeItKnowsItsTargets) {
  start(true, false, "3.5", kDiscoveryDelay);
  loop_.run_for(kDiscoveryDelay - Duration::milliseconds(1));
  EXPECT_TRUE(observer_.records.empty());
  EXPECT_EQ(get("/-/ready").status, 200);
  loop_.run_for(Duration::seconds(1) + Duration::milliseconds(2));
  EXPECT_EQ(observer_.records.size(), 2u) << "one scrape, and the report about it";
}

TEST_F(ServerTest, StoppedBeforeItKnowsItsTargetsItNeverScrapes) {
  start(true, false, "3.5", kDiscoveryDelay);
  loop_.run_for(Duration::seconds(1));
  server_->stop([] {});
  loop_.run_for(kDiscoveryDelay * 2);
  EXPECT_TRUE(observer_.records.empty());
}

TEST_F(ServerTest, StoppingFlushesAndThenAnswers503) {
  start(true, true);
  loop_.run_for(Duration::milliseconds(1500));
  bool stopped = false;
  server_->stop([&stopped] { stopped = true; });
  EXPECT_FALSE(stopped);
  EXPECT_EQ(get("/metrics").status, 200);
  loop_.run_for(Duration::seconds(1));
  EXPECT_TRUE(stopped);
  EXPECT_EQ(web_.written.size(), 1u);  // the partial batch
  EXPECT_EQ(get("/federate").status, 503);
  EXPECT_EQ(get("/-/healthy").status, 200);
}

}  // namespace
}  // namespace pushpull
