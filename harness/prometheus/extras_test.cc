// Native histograms and exemplars through one server over real bytes: received, scraped, sent on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "harness/head/histogram_rules.h"
#include "harness/loop/virtual_loop.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/prometheus/self_metrics.h"
#include "harness/prometheus/server.h"
#include "harness/wire/compression.h"
#include "harness/wire/decode_v2.h"
#include "harness/wire/encode_v2.h"
#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

using wire::SeriesV2;

const Instant kStart = Instant::from_unix_ms(1'767'225'600'000);
const int64_t kNow = kStart.unix_ms();
const std::string kAll = "native-histograms,exemplar-storage";

// Answers scrapes with a page and keeps what is written.
class FakeWeb : public Transport {
 public:
  explicit FakeWeb(EventLoop& loop) : loop_(loop) {}
  void send(const std::string&, Request request, Duration, Decoder decode, Work::Kind,
            Done done) override {
    Exchange exchange;
    if (request.method == "POST") {
      written.push_back(
          wire::snappy_uncompress(request.body.payload->encode().value(), 1 << 20).value());
      exchange.response.status = 204;
      exchange.response.headers = {{"X-Prometheus-Remote-Write-Samples-Written", "1000"},
                                   {"X-Prometheus-Remote-Write-Histograms-Written", "1000"},
                                   {"X-Prometheus-Remote-Write-Exemplars-Written", "1000"}};
    } else {
      accept = request.headers.get("Accept");
      exchange.response.headers = {{"Content-Type", type}};
      Result<PayloadPtr> payload = decode(exchange.response.headers, page);
      exchange.failed = !payload.ok();
      if (payload.ok()) exchange.response.body.payload = *payload;
    }
    auto shared = std::make_shared<std::pair<Done, Exchange>>(std::move(done), std::move(exchange));
    loop_.schedule_after(Duration::milliseconds(1),
                         [shared] { shared->first(std::move(shared->second)); });
  }

  std::string type = "application/openmetrics-text";
  std::string page;
  std::string accept;
  std::vector<std::string> written;  // uncompressed

 private:
  EventLoop& loop_;
};

class NoObserver : public Observer {
 public:
  void scraped(const Slice& slice) override { EXPECT_EQ(slice.record->extras, nullptr); }
  void scrape_failed(std::string_view, Instant, std::string_view) override { ++failures; }
  void dropped(const Slice&, LossCause) override {}
  void received(const Slice&, Fate, Instant) override {}
  void received(std::span<const ForeignSample>, Instant) override {}
  void federated(std::string_view, Instant, bool) override {}

  int failures = 0;
};

Labels named(const std::string& job) { return {{"__name__", "rpc"}, {"job", job}}; }

NativeHistogram histogram(int64_t timestamp_ms, uint64_t count = 3) {
  NativeHistogram h;
  h.count = count;
  h.zero_count = uint64_t{1};
  h.sum = 0.1 + 0.2;
  h.positive_spans = {{2, 1}};
  h.positive_deltas = {static_cast<int64_t>(count) - 1};
  h.timestamp_ms = timestamp_ms;
  return h;
}
SeriesV2 of_histogram(NativeHistogram h, const std::string& job = "a") {
  SeriesV2 series;
  series.labels = named(job);
  series.histograms = {std::move(h)};
  return series;
}
SeriesV2 of_sample(double value, int64_t timestamp_ms, const std::string& job = "a") {
  SeriesV2 series;
  series.labels = named(job);
  series.samples = {{value, timestamp_ms, 0}};
  return series;
}
Exemplar exemplar(const std::string& trace, double value, int64_t timestamp_ms) {
  return {Labels({{"trace_id", trace}}), value, timestamp_ms};
}
SeriesV2 of_exemplar(const Exemplar& e, const std::string& job = "a") {
  SeriesV2 series;
  series.labels = named(job);
  series.exemplars = {e};
  return series;
}

class ExtrasTest : public testing::Test {
 protected:
  // A server that sends with Remote Write 2.0 where `push`, and scrapes where the web has a page.
  void start(const std::string& release = "3.5", const std::string& features = kAll,
             bool push = false) {
    ServerOptions options;
    options.profile = release_profile(release).value();
    EXPECT_TRUE(enable_features(options.profile, features).ok());
    options.enable_receiver = true;
    if (!web_.page.empty()) {
      ScrapeTarget target;
      target.endpoint = "a:1";
      target.path = "/metrics";
      target.labels = Labels({{"job", "bench"}});
      target.interval = target.timeout = Duration::seconds(1);
      options.targets = {target};
    }
    if (push) {
      RemoteWriteConfig config = remote_write_defaults(options.profile);
      config.url = "http://central:9090/api/v1/write";
      config.protobuf_message = kMessageV2;
      config.send_exemplars = config.send_native_histograms = true;
      config.queue_config.batch_send_deadline = Duration::milliseconds(100);
      options.remote_write = {config};
    }
    storage_.emplace(Labels(), options.profile);
    server_.emplace(loop_, web_, *storage_, observer_, std::move(options));
  }
  std::string post(const std::string& type, const std::string& message) {
    if (!server_) start();
    Arrival arrival;
    Request& request = arrival.request;
    request.method = "POST";
    request.path = "/api/v1/write";
    request.headers = {{"Content-Type", type}};
    Result<PayloadPtr> payload =
        server_->decoder(request)(request.headers, wire::snappy_compress(message));
    EXPECT_TRUE(payload.ok());
    request.body.payload = *payload;
    std::string shown;
    server_->handle(std::move(arrival), [&shown](const Response& response) {
      shown = std::to_string(response.status);
      if (const auto written = read_written(response.headers)) {
        shown += " " + std::to_string(written->samples) + " " +
                 std::to_string(written->histograms) + " " + std::to_string(written->exemplars);
      }
      if (!response.body.bytes.empty()) shown += " " + response.body.bytes;
    });
    return shown;
  }
  // "status samples histograms exemplars text" of the answer to a 2.0 request.
  std::string post(const std::vector<SeriesV2>& all) {
    return post("application/x-protobuf;proto=io.prometheus.write.v2.Request",
                wire::encode_series_v2(all));
  }
  // The same series as Remote Write 1.0.
  std::string post_v1(const std::vector<SeriesV2>& all) {
    std::string message;
    for (const SeriesV2& series : all) message += v1(series);
    return post("application/x-protobuf", message);
  }
  static std::string v1(const SeriesV2& series) {
    std::string region;
    wire::encode_labels(series.labels, region);
    std::string out;
    std::string part;
    for (const NativeHistogram& h : series.histograms) {
      wire::encode_histogram(h, part = "");
      wire::append_histogram_series(region, part, out);
    }
    for (const Exemplar& e : series.exemplars) {
      wire::encode_exemplar(e, part = "");
      wire::append_exemplar_series(region, part, out);
    }
    for (const SeriesV2::Sample& sample : series.samples) {
      wire::LabelBlock::Builder labels;
      labels.add(series.labels);
      auto record = std::make_shared<Record>();
      record->layout = std::make_shared<Layout>(1, 1, nullptr);
      record->values = {sample.value};
      record->timestamp_ms = sample.timestamp_ms;
      const wire::WriteSlice slice = {Slice::whole(record), labels.build()};
      std::string memory;
      out += wire::encode_write_request({&slice, 1}, memory);
    }
    return out;
  }

  uint64_t ref(const std::string& job) {
    return const_cast<SeriesRegistry&>(storage_->registry()).ref(named(job));
  }
  // The newest sample of rpc{job=...} is this histogram.
  bool has(const NativeHistogram& h, const std::string& job = "a") {
    const auto& head = dynamic_cast<const SeriesHead&>(storage_->head());
    const NativeHistogram* newest = head.find_histogram(ref(job));
    return newest != nullptr && same_histogram(*newest, h) &&
           newest->timestamp_ms == h.timestamp_ms;
  }
  std::string traces() {
    std::string all;
    storage_->exemplars()->for_each([&all](uint64_t, const Exemplar& e) {
      all += std::string(e.labels.get("trace_id")) + " ";
    });
    return all;
  }
  // What one message that was sent holds, series by series: "job: kind value timestamp".
  static std::vector<std::string> sent(const std::string& message) {
    const wire::WrittenRequestV2 request = wire::decode_write_request_v2(message).value();
    std::vector<std::string> all;
    size_t h = 0;
    size_t e = 0;
    for (const wire::WrittenRequestV2::Series& series : request.series) {
      const Labels labels = wire::decode_labels(request.region(series)).value();
      for (; h < series.histograms_end; ++h) {
        const NativeHistogram read = request.histogram(request.histograms[h]);
        all.push_back(labels.to_string() + " histogram " +
                      (is_stale_nan(read.sum) ? "stale" : std::to_string(read.sum)));
      }
      for (; e < series.exemplars_end; ++e) {
        const Exemplar read = request.exemplar(request.exemplars[e]).value();
        all.push_back(labels.to_string() + " exemplar " + read.labels.to_string());
      }
    }
    return all;
  }

  VirtualLoop loop_{kStart};
  FakeWeb web_{loop_};
  NoObserver observer_;
  std::optional<SampleStorage> storage_;
  std::optional<Server> server_;
};

TEST_F(ExtrasTest, HistogramsAreStoredAndCounted) {
  EXPECT_EQ(post({of_histogram(histogram(kNow)), of_sample(1, kNow, "b")}), "204 1 1 0");
  EXPECT_TRUE(has(histogram(kNow)));
  EXPECT_EQ(post({of_histogram(histogram(kNow))}), "204 0 1 0") << "an exact duplicate";
  EXPECT_EQ(server_->stats().head_histograms_appended, 1);
  EXPECT_EQ(post_v1({of_histogram(histogram(kNow + 1, 4))}), "204");
  EXPECT_TRUE(has(histogram(kNow + 1, 4)));
}

TEST_F(ExtrasTest, FloatsAndHistogramsOfOneSeriesJudgeEachOther) {
  EXPECT_EQ(post({of_histogram(histogram(kNow)), of_sample(1, kNow, "b")}), "204 1 1 0");
  EXPECT_EQ(post({of_sample(1, kNow), of_histogram(histogram(kNow), "b"),
                  of_histogram(histogram(kNow - 1)), of_histogram(histogram(kNow), "c")}),
            "400 0 1 0 duplicate sample for timestamp for series {__name__=\"rpc\", job=\"a\"}\n"
            "duplicate sample for timestamp for series {__name__=\"rpc\", job=\"b\"}\n"
            "out of order sample for series {__name__=\"rpc\", job=\"a\"}\n");
  EXPECT_TRUE(has(histogram(kNow), "c"));
  EXPECT_EQ(post_v1({of_histogram(histogram(kNow - 1))}), "400 out of order sample\n");
  EXPECT_EQ(post_v1({of_sample(5, kNow)}), "400 duplicate sample for timestamp\n");
}

TEST_F(ExtrasTest, AnInvalidHistogramFailsItAllBefore37) {
  NativeHistogram bad = histogram(kNow);
  bad.count = uint64_t{9};
  const std::string why =
      "3 observations found in buckets, but the Count field is 9: histogram's observation count "
      "should equal the number of observations found in the buckets (in absence of NaN)";
  EXPECT_EQ(post({of_sample(1, kNow, "b"), of_histogram(bad)}), "500 0 0 0 " + why + "\n");
  EXPECT_EQ(post_v1({of_sample(1, kNow, "b"), of_histogram(bad)}), "500 " + why + "\n");
  EXPECT_EQ(server_->stats().head_samples_appended, 0);
  start("3.7");
  EXPECT_EQ(post({of_sample(1, kNow, "b"), of_histogram(bad), of_histogram(histogram(kNow), "c")}),
            "400 1 1 0 " + why + " for series {__name__=\"rpc\", job=\"a\"}\n");
  EXPECT_EQ(post_v1({of_sample(1, kNow + 1, "b"), of_histogram(bad)}), "400 " + why + "\n");
  EXPECT_EQ(server_->stats().head_samples_appended, 1) << "1.0 is stored as a whole or not at all";
}

TEST_F(ExtrasTest, WithoutTheFlagHistogramsAreDisabledBefore38) {
  start("3.5", "");
  EXPECT_EQ(post_v1({of_histogram(histogram(kNow))}), "500 native histograms are disabled\n");
  start("3.8", "");
  EXPECT_EQ(post_v1({of_histogram(histogram(kNow))}), "204");
  EXPECT_TRUE(has(histogram(kNow)));
}

TEST_F(ExtrasTest, ExemplarsAreStoredInOrder) {
  EXPECT_EQ(post({of_sample(1, kNow), of_exemplar(exemplar("x", 1, kNow))}), "204 1 0 1");
  EXPECT_EQ(post({of_exemplar(exemplar("x", 1, kNow)), of_exemplar(exemplar("y", 1, kNow + 1))}),
            "204 0 0 2")
      << "a duplicate counts as written";
  EXPECT_EQ(traces(), "x y ");
  EXPECT_EQ(post({of_sample(2, kNow + 1), of_exemplar(exemplar("z", 1, kNow - 1))}),
            "400 1 0 0 out of order exemplar for series {__name__=\"rpc\", job=\"a\"}\n");
  EXPECT_EQ(post_v1({of_exemplar(exemplar("z", 1, kNow - 1)), of_sample(3, kNow + 2)}), "204")
      << "1.0 only logs it";
  EXPECT_EQ(server_->stats().head_samples_appended, 3);
  EXPECT_EQ(server_->stats().exemplars_appended, 2);
}

TEST_F(ExtrasTest, ExemplarsThatAreLeftOutWithoutAWord) {
  EXPECT_EQ(post({of_exemplar(exemplar("unknown", 1, kNow), "nobody")}), "204 0 0 0");
  EXPECT_EQ(post({of_sample(1, kNow), of_exemplar(exemplar(std::string(200, 'x'), 1, kNow)),
                  of_exemplar(exemplar("future", 1, kNow + 7'200'000))}),
            "204 1 0 0");
  EXPECT_EQ(post_v1({of_exemplar(exemplar("unknown", 1, kNow), "nobody")}), "204");
  EXPECT_EQ(traces(), "");
}

TEST_F(ExtrasTest, ASeriesOfHistogramsEndsWithOne) {
  EXPECT_EQ(post({of_histogram(histogram(kNow))}), "204 0 1 0");
  EXPECT_EQ(post({of_sample(stale_nan(), kNow + 1)}), "204 1 0 0") << "counted as it came";
  EXPECT_TRUE(has(stale_histogram(histogram(0), kNow + 1)));
  EXPECT_EQ(post({of_histogram(histogram(kNow + 2))}), "204 0 1 0");
  EXPECT_EQ(post_v1({of_sample(stale_nan(), kNow + 3)}), "204");
  EXPECT_TRUE(has(stale_histogram(histogram(0), kNow + 3)));
}

TEST_F(ExtrasTest, WhatIsReceivedIsSentOn) {
  start("3.5", kAll, true);
  EXPECT_EQ(post({of_histogram(histogram(kNow)), of_exemplar(exemplar("x", 1, kNow))}),
            "204 0 1 1");
  loop_.run_for(Duration::seconds(1));
  ASSERT_EQ(web_.written.size(), 1u);
  EXPECT_EQ(web_.written[0],
            wire::encode_series_v2(std::vector<SeriesV2>{of_histogram(histogram(kNow)),
                                                         of_exemplar(exemplar("x", 1, kNow))}))
      << "bit by bit";
}

TEST_F(ExtrasTest, MetricsCountTheKindsApart) {
  start("3.5", kAll, true);
  post({of_sample(1, kNow, "b"), of_histogram(histogram(kNow)), of_exemplar(exemplar("x", 1, kNow)),
        of_exemplar(exemplar("y", 1, kNow - 1))});
  post({of_sample(2, kNow + 1, "b"), of_exemplar(exemplar("z", 1, kNow - 1))});
  loop_.run_for(Duration::seconds(1));
  const std::string page = self_metrics(*server_);
  const auto count = [&page](const std::string& series, int expected) {
    EXPECT_THAT(page, testing::HasSubstr("\n" + series + " " + std::to_string(expected) + "\n"));
  };
  count("prometheus_tsdb_head_samples_appended_total{type=\"float\"}", 2);
  count("prometheus_tsdb_head_samples_appended_total{type=\"histogram\"}", 1);
  count("prometheus_tsdb_exemplar_exemplars_appended_total", 1);
  count("prometheus_remote_storage_samples_in_total", 2);
  count("prometheus_remote_storage_histograms_in_total", 1);
  count("prometheus_remote_storage_exemplars_in_total", 1);
  const RemoteStorage& remote = *server_->remote_storages()[0];
  const std::string queue =
      "{remote_name=\"" + remote.name() + "\",url=\"" + remote.config().url + "\"}";
  count("prometheus_remote_storage_samples_total" + queue, 2);
  count("prometheus_remote_storage_histograms_total" + queue, 1);
  count("prometheus_remote_storage_exemplars_total" + queue, 1);
  count("prometheus_remote_storage_histograms_pending" + queue, 0);
  EXPECT_EQ(remote.watcher().records_read(), 2) << "a commit is one record";
}

TEST_F(ExtrasTest, ExemplarsOfAnOpenMetricsPage) {
  web_.page =
      "a_total 1 # {t=\"x\"} 1 1767225600\nb_total 1\na_total{z=\"1\"} 1 # {t=\"y\"} 1\n# EOF\n";
  start("3.5", kAll, true);
  loop_.run_for(Duration::milliseconds(2500));
  EXPECT_EQ(observer_.failures, 0);
  ASSERT_GE(web_.written.size(), 2u);
  const std::vector<std::string> both = {"a_total{job=\"bench\"} exemplar {t=\"x\"}",
                                         "a_total{job=\"bench\",z=\"1\"} exemplar {t=\"y\"}"};
  EXPECT_EQ(sent(web_.written[0]), both);
  EXPECT_EQ(sent(web_.written[1]), std::vector<std::string>()) << "nothing new";
  EXPECT_EQ(server_->stats().exemplars_appended, 2);
  EXPECT_TRUE(web_.accept.starts_with("application/vnd.google.protobuf;")) << web_.accept;
}

TEST_F(ExtrasTest, WithoutTheFlagExemplarsStayOnThePage) {
  web_.page = "a_total 1 # {t=\"x\"} 1 1767225600\n# EOF\n";
  start("3.5", "", true);
  loop_.run_for(Duration::milliseconds(1500));
  EXPECT_EQ(sent(web_.written.at(0)), std::vector<std::string>());
  EXPECT_TRUE(web_.accept.starts_with("application/openmetrics-text;")) << web_.accept;
}

// A counter and a native histogram with one exemplar: a MetricFamily each.
std::string two_families(bool with_histogram) {
  const std::string counter(
      "\x12\x0a\x01"
      "c\x18\x00\x22\x0b\x1a\x09\x09\x00\x00\x00\x00\x00\x00\x1c\x40",
      19);
  if (!with_histogram) return counter;
  // h: three observations, one around zero and two in bucket 2, whose sum is 4.5.
  const std::string histogram = std::string(
      "\x08\x03\x11\x00\x00\x00\x00\x00\x00\x12\x40\x38\x01\x62\x04\x08\x04\x10\x01\x68\x04", 21);
  std::string metric = "\x3a";
  metric += static_cast<char>(histogram.size());
  metric += histogram;
  std::string family = std::string("\x0a\x01h\x18\x04\x22", 6);
  family += static_cast<char>(metric.size());
  family += metric;
  return counter + static_cast<char>(family.size()) + family;
}

TEST_F(ExtrasTest, NativeHistogramsOfAProtobufPageUntilTheyEnd) {
  web_.type = "application/vnd.google.protobuf";
  web_.page = two_families(true);
  start("3.5", kAll, true);
  for (const bool exposed : {true, false, true}) {  // one scrape each
    web_.page = two_families(exposed);
    loop_.run_for(Duration::seconds(1));
  }
  loop_.run_for(Duration::milliseconds(200));
  EXPECT_EQ(observer_.failures, 0);
  ASSERT_GE(web_.written.size(), 3u);
  const std::vector<std::string> exposed = {"h{job=\"bench\"} histogram 4.500000"};
  const std::vector<std::string> ended = {"h{job=\"bench\"} histogram stale"};
  EXPECT_EQ(sent(web_.written[0]), exposed);
  EXPECT_EQ(sent(web_.written[1]), ended);
  EXPECT_EQ(sent(web_.written[2]), exposed) << "and begins again";
}

}  // namespace
}  // namespace pushpull
