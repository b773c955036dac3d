// What a server makes of Remote Write 2.0 requests: statuses, headers and texts as a real 3.5 gave
// them (run/real_v2_test.cc asks one again).
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "harness/loop/virtual_loop.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/prometheus/server.h"
#include "harness/wire/compression.h"
#include "harness/wire/encode_v2.h"
#include "harness/wire/proto_writer.h"

namespace pushpull {
namespace {

using wire::SeriesV2;

const Instant kStart = Instant::from_unix_ms(1'767'225'600'000);
const int64_t kNow = kStart.unix_ms();

class NoTransport : public Transport {
 public:
  void send(const std::string&, Request, Duration, Decoder, Work::Kind, Done) override {}
};

class NotedFates : public Observer {
 public:
  void scraped(const Slice&) override {}
  void scrape_failed(std::string_view, Instant, std::string_view) override {}
  void dropped(const Slice&, LossCause) override {}
  void received(const Slice&, Fate, Instant) override {}
  void received(std::span<const ForeignSample> samples, Instant) override {
    for (const ForeignSample& sample : samples) ++fates[static_cast<size_t>(sample.fate)];
  }
  void federated(std::string_view, Instant, bool) override {}

  std::array<int64_t, 5> fates{};
};

SeriesV2 series(std::vector<Label> labels, std::vector<SeriesV2::Sample> samples) {
  SeriesV2 one;
  one.labels = Labels(std::move(labels));
  one.samples = std::move(samples);
  return one;
}
SeriesV2 up(std::vector<SeriesV2::Sample> samples, const std::string& job = "a") {
  return series({{"__name__", "up"}, {"job", job}}, std::move(samples));
}

class ReceiveV2Test : public testing::Test {
 protected:
  void start(const std::string& release) {
    ServerOptions options;
    options.profile = release_profile(release).value();
    options.enable_receiver = true;
    storage_.emplace(Labels(), options.profile);
    server_.emplace(loop_, transport_, *storage_, observer_, std::move(options));
  }
  // "status samples histograms exemplars text" of the answer.
  std::string post(const std::string& message) {
    if (!server_) start("3.5");
    Arrival arrival;
    Request& request = arrival.request;
    request.method = "POST";
    request.path = "/api/v1/write";
    request.headers = {
        {"Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request"}};
    Result<PayloadPtr> payload =
        server_->decoder(request)(request.headers, wire::snappy_compress(message));
    if (payload) {
      request.body.payload = *payload;
    } else {
      arrival.malformed = payload.error();
    }
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
  std::string post(const std::vector<SeriesV2>& all) { return post(wire::encode_series_v2(all)); }
  int64_t fate(Fate fate) const { return observer_.fates[static_cast<size_t>(fate)]; }
  // Of up{job=...}: the newest value in the head.
  double newest(const std::string& job = "a") {
    SeriesRegistry& registry = const_cast<SeriesRegistry&>(storage_->registry());
    const uint64_t ref = registry.ref(Labels({{"__name__", "up"}, {"job", job}}));
    return dynamic_cast<const SeriesHead&>(storage_->head()).find(ref)->value;
  }

  VirtualLoop loop_{kStart};
  NoTransport transport_;
  NotedFates observer_;
  std::optional<SampleStorage> storage_;
  std::optional<Server> server_;
};

TEST_F(ReceiveV2Test, StoresWhatIsGoodAndCountsIt) {
  EXPECT_EQ(post({up({{1, kNow}}), up({{2, kNow}}, "b")}), "204 2 0 0");
  EXPECT_EQ(newest(), 1);
  EXPECT_EQ(newest("b"), 2);
  EXPECT_EQ(post({up({{1, kNow}})}), "204 1 0 0") << "an exact duplicate counts as written";
  EXPECT_EQ(fate(Fate::kStored), 2);
  EXPECT_EQ(fate(Fate::kDuplicate), 1);
  EXPECT_EQ(post(std::vector<SeriesV2>()), "204 0 0 0");
}

TEST_F(ReceiveV2Test, KeepsTheGoodBesideTheBad) {
  EXPECT_EQ(post({up({{1, kNow}}), up({{1, kNow}}, "b")}), "204 2 0 0");
  EXPECT_EQ(post({up({{9, kNow}}), up({{9, kNow - 5}}, "b"), up({{3, kNow}}, "c")}),
            "400 1 0 0 duplicate sample for timestamp for series {__name__=\"up\", job=\"a\"}\n"
            "out of order sample for series {__name__=\"up\", job=\"b\"}\n");
  EXPECT_EQ(newest("c"), 3);
  EXPECT_EQ(fate(Fate::kDuplicateTimestamp), 1);
  EXPECT_EQ(fate(Fate::kOutOfOrder), 1);
  constexpr int64_t kHours = 3'600'000;
  EXPECT_EQ(post({up({{9, kNow - 2 * kHours}, {9, kNow + 2 * kHours}, {4, kNow + 1}})}),
            "400 1 0 0 out of bounds for series {__name__=\"up\", job=\"a\"}\n"
            "out of bounds: timestamp is too far in the future for series "
            "{__name__=\"up\", job=\"a\"}\n");
  EXPECT_EQ(newest(), 4);
}

// Each is compared with what was committed before, so all count as written; at commit the older
// one and the other value are dropped without a word.
TEST_F(ReceiveV2Test, RepetitionsInsideARequestCountAsWritten) {
  EXPECT_EQ(post({up({{2, kNow}, {1, kNow - 10}, {3, kNow}})}), "204 3 0 0");
  EXPECT_EQ(newest(), 2);
  EXPECT_EQ(fate(Fate::kStored), 1);
  EXPECT_EQ(fate(Fate::kOutOfOrder), 1);
  EXPECT_EQ(fate(Fate::kDuplicateTimestamp), 1);
}

TEST_F(ReceiveV2Test, RefusalsComeInTheOrderOfTheRequest) {
  EXPECT_EQ(post({up({{1, kNow}})}), "204 1 0 0");
  EXPECT_EQ(post({series({{"job", "a"}}, {{1, kNow}}), up({{2, kNow - 100}}),
                  series({}, {{1, kNow}}), up({{5, kNow + 20}}, "b"),
                  series({{"__name__", "up"}, {"job", "a"}, {"job", "b"}}, {{1, kNow}})}),
            "400 1 0 0 invalid metric name or labels, got {job=\"a\"}\n"
            "out of order sample for series {__name__=\"up\", job=\"a\"}\n"
            "invalid metric name or labels, got {}\n"
            "invalid labels for series, labels {__name__=\"up\", job=\"a\", job=\"b\"}, duplicated "
            "label job\n");
}

TEST_F(ReceiveV2Test, ARefOutsideTheTableCostsItsSeries) {
  // Symbols "" and "up", a series of refs 1 and 7 with a sample.
  std::string message;
  wire::append_bytes_field(message, 4, "");
  wire::append_bytes_field(message, 4, "up");
  wire::append_bytes_field(message, 5, std::string("\x0a\x02\x01\x07\x12\x02\x10\x05"));
  EXPECT_EQ(post(message),
            "400 0 0 0 parsing labels for series [1 7]: labelRefs 1 (name) = 7 (value) outside of "
            "symbols table (size 2)\n");
}

TEST_F(ReceiveV2Test, ABrokenMessageIsRefusedWithoutCounts) {
  EXPECT_EQ(post("\xff"),
            "400 not a valid io.prometheus.write.v2.Request: broken field at byte 0\n");
}

TEST_F(ReceiveV2Test, EmptySeriesAreRefusedSince38) {
  EXPECT_EQ(post({up({})}), "204 0 0 0");
  start("3.8");
  EXPECT_EQ(post({up({})}),
            "400 0 0 0 TimeSeries must contain at least one sample or histogram for series "
            "{__name__=\"up\", job=\"a\"}\n");
}

TEST_F(ReceiveV2Test, HistogramsAreRefusedWhereTheyAreDisabled) {
  SeriesV2 histogram = up({}, "h");
  histogram.histograms.resize(1);
  EXPECT_EQ(post({up({{1, kNow}}), histogram}), "500 0 0 0 native histograms are disabled\n");
  EXPECT_EQ(fate(Fate::kStored), 0) << "rolled back";
}

TEST_F(ReceiveV2Test, ExemplarsCountAsWrittenUnlessTheyComeFromTheFuture) {
  SeriesV2 one = up({{1, kNow}});
  one.exemplars = {{Labels({{"trace_id", "x"}}), 1, kNow}};
  EXPECT_EQ(post({one}), "204 1 0 1");
  one.exemplars[0].timestamp_ms = kNow + 7'200'000;
  EXPECT_EQ(post({one}), "204 1 0 0");
  SeriesV2 alone = up({});
  alone.exemplars = {{Labels({{"trace_id", "x"}}), 1, kNow}};
  EXPECT_EQ(post({alone}), "204 0 0 1");
}

}  // namespace
}  // namespace pushpull
