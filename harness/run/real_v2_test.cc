// Remote Write 2.0 next to a real 3.5: as a sender, as a receiver, and both receivers asked the
// same.
#include <cmath>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "harness/net_http/http_transport.h"
#include "harness/run/process_fixture.h"
#include "harness/systems/prometheus_system.h"
#include "harness/wire/compression.h"
#include "harness/wire/encode_v2.h"
#include "harness/wire/proto_writer.h"
#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

using wire::SeriesV2;

constexpr std::string_view kScenario = R"(
version: 1
name: real
description: Remote Write 2.0.
engine: loopback
seed: 7
workload: {leaves: 1, targets: 4, series: 400, scrape_interval: 1s, scrape_timeout: 1s}
variants:
  push: {remote_write: {protobuf_message: io.prometheus.write.v2.Request, queue_config: {batch_send_deadline: 1s}}}
)";

class RealV2Test : public ProcessTest {
 protected:
  // Everything scraped in the 5 s of measurement is at the central, and is what was scraped.
  void expect_all(const std::string& rest) {
    Scenario scenario = load_scenario(std::string(kScenario) + rest, "test.yaml").value();
    scenario.systems.prometheus_binary = "prometheus-3.5";
    const Result<RunOutcome> outcome = play(scenario, "push");
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->invalid, std::vector<std::string>());
    EXPECT_EQ(outcome->accounts.window.scraped, 400 * 5);
    EXPECT_EQ(outcome->accounts.window.delivered, 400 * 5);
    EXPECT_EQ(outcome->accounts.run.corrupted + outcome->accounts.run.unknown, 0);
    EXPECT_GT(outcome->accounts.leaf_made.delivered, 0);
  }
};

// The real 3.x sends its first request about 7 s after its start.
TEST_F(RealV2Test, OurCentralHasEverySampleOfARealLeaf) {
  expect_all("systems: {leaf: prometheus}\nphases: {warmup: 8s, measure: 5s, drain: 3s}\n");
}

TEST_F(RealV2Test, ARealCentralHasEverySampleOfOurLeaf) {
  expect_all("systems: {central: prometheus}\nphases: {warmup: 2s, measure: 5s, drain: 3s}\n");
}

TEST_F(RealV2Test, OurCentralHasEverySampleOfOurLeaf) {
  expect_all("phases: {warmup: 2s, measure: 5s, drain: 3s}\n");
}

// What a receiver answered: the status, the counts, and how each line of its text begins.
struct Answer {
  int status = 0;  // 0: none
  std::string written;
  std::vector<std::string> refusals;
  bool operator==(const Answer&) const = default;
};
void PrintTo(const Answer& answer, std::ostream* out) {
  *out << answer.status << " " << answer.written;
  for (const std::string& refusal : answer.refusals) *out << " | " << refusal;
}

// The class of a refusal: the texts that say it in one release or another begin alike.
std::string class_of(const std::string& line) {
  for (const char* start :
       {"out of order sample", "duplicate sample for timestamp", "out of bounds",
        "invalid metric name or labels, got ", "invalid labels for series, labels ",
        "native histograms are disabled", "out of order exemplar for series ",
        "snappy: corrupt input", "snappy: decoded",
        "expected application/x-protobuf as the first (media) part", "got application/x-protobuf",
        "as per https://www.rfc-editor.org", "gzip encoding (compression) is not accepted"}) {
    if (line.starts_with(start)) return start;
  }
  const bool broken = line.find("EOF") != std::string::npos || line.starts_with("proto: ") ||
                      line.starts_with("not a valid io.prometheus.write.v2.Request");
  return broken ? "broken message" : line;
}

// One message to both receivers.
struct Question {
  std::string name;
  std::string body;  // as sent
  std::string type = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
  std::string encoding = "snappy";
};

Question ask_for(std::string name, const std::vector<SeriesV2>& series) {
  return {std::move(name), wire::snappy_compress(wire::encode_series_v2(series))};
}

SeriesV2 up(const std::string& job, std::vector<SeriesV2::Sample> samples) {
  SeriesV2 series;
  series.labels = Labels({{"__name__", "up"}, {"job", job}});
  series.samples = std::move(samples);
  return series;
}

SeriesV2 labelled(std::vector<Label> labels, int64_t timestamp_ms) {
  SeriesV2 series = up("", {{1, timestamp_ms, 0}});
  series.labels = Labels(std::move(labels));
  return series;
}

// A request of symbols, and one series whose refs are written as they are, with a sample.
Question with_refs(const std::string& name, const std::vector<std::string>& symbols,
                   const std::string& refs, int64_t timestamp_ms) {
  std::string sample;
  wire::append_varint_field(sample, 2, static_cast<uint64_t>(timestamp_ms));
  std::string series;
  wire::append_bytes_field(series, 1, refs);
  wire::append_bytes_field(series, 2, sample);
  std::string message;
  for (const std::string& symbol : symbols) wire::append_bytes_field(message, 4, symbol);
  wire::append_bytes_field(message, 5, series);
  return {name, wire::snappy_compress(message)};
}

// In order: later ones meet what earlier ones left in the head.
std::vector<Question> questions(int64_t now) {
  constexpr int64_t kTwoHours = 7'200'000;
  const std::vector<std::string> symbols = {"", "__name__", "up", "job", "a"};
  SeriesV2 histogram = up("h", {});
  histogram.histograms.resize(1);
  histogram.histograms[0].count = uint64_t{3};
  histogram.histograms[0].timestamp_ms = now;
  SeriesV2 exemplar = up("a", {{1, now + 5, 0}});
  exemplar.exemplars = {{Labels({{"trace_id", "x"}}), 1, now}};
  SeriesV2 late_exemplar = up("a", {{1, now + 6, 0}});
  late_exemplar.exemplars = {{Labels({{"trace_id", "x"}}), 1, now + kTwoHours}};
  SeriesV2 described = up("m", {{1, now, now - 1000}});
  described.metadata = {1, "", "Whether.", "s"};
  described.created_timestamp_ms = now - 1000;
  const std::string good = ask_for("", {up("t", {{1, now, 0}})}).body;
  return {
      ask_for("good", {up("a", {{1, now, 0}}), up("b", {{2, now, 0}})}),
      ask_for("the same again", {up("a", {{1, now, 0}}), up("b", {{2, now, 0}})}),
      ask_for("another value", {up("a", {{2, now, 0}}), up("c", {{1, now, 0}})}),
      ask_for("out of order", {up("a", {{2, now - 5, 0}}), up("c", {{1, now + 1, 0}})}),
      ask_for("out of bounds", {up("a", {{2, now - kTwoHours, 0}, {2, now + kTwoHours, 0}})}),
      ask_for("out of order inside", {up("i", {{2, now, 0}, {1, now - 10, 0}, {3, now, 0}})}),
      ask_for("no name", {labelled({{"job", "a"}}, now), up("d", {{1, now, 0}})}),
      ask_for("no labels", {labelled({}, now)}),
      ask_for("a name twice", {labelled({{"__name__", "up"}, {"job", "a"}, {"job", "b"}}, now)}),
      ask_for("empty", {}),
      ask_for("no sample", {up("n", {})}),
      ask_for("metadata and created", {described}),
      ask_for("a histogram", {up("e", {{1, now, 0}}), histogram}),
      ask_for("an exemplar", {exemplar}),
      ask_for("an exemplar from the future", {late_exemplar}),
      with_refs("unsorted labels", symbols, {"\x03\x04\x01\x02", 4}, now + 7),
      with_refs("an empty label value", symbols, {"\x01\x02\x03\x00", 4}, now + 8),
      with_refs("first symbol not empty", {"__name__", "x"}, {"\x00\x01", 2}, now),
      {"broken message", wire::snappy_compress("\xff")},
      {"symbols of another wire type", wire::snappy_compress("\x20\x05")},
      {"a 1.0 message", wire::snappy_compress({"\x0a\x04\x0a\x02\x0a\x00", 6})},
      {"no snappy", "no snappy"},
      {"no body", ""},
      {"4 GiB declared", "\xff\xff\xff\xff\x0f"},
      {"33 MiB declared", {"\x80\x80\xc0\x10\x00\x61", 6}},
      {"json", good, "application/json"},
      {"json, no snappy", "no snappy", "application/json"},
      {"unknown message", good, "application/x-protobuf;proto=x"},
      {"parameter without value", good, "application/x-protobuf;proto"},
      {"gzip", good, "application/x-protobuf;proto=io.prometheus.write.v2.Request", "gzip"},
      {"2.0 as 1.0", good, "application/x-protobuf"},
      {"capitals", good, "application/x-protobuf;proto=io.prometheus.write.v2.Request", "SNAPPY"},
  };
}

NativeHistogram histogram(int64_t timestamp_ms) {
  NativeHistogram h;
  h.count = uint64_t{3};
  h.zero_count = uint64_t{1};
  h.sum = 0.1 + 0.2;
  h.positive_spans = {{2, 1}};
  h.positive_deltas = {2};
  h.timestamp_ms = timestamp_ms;
  return h;
}

SeriesV2 of(const std::string& job, NativeHistogram h) {
  SeriesV2 series = up(job, {});
  series.histograms = {std::move(h)};
  return series;
}
SeriesV2 of(const std::string& job, std::vector<Exemplar> exemplars) {
  SeriesV2 series = up(job, {});
  series.exemplars = std::move(exemplars);
  return series;
}
Exemplar exemplar(const std::string& trace, double value, int64_t timestamp_ms) {
  return {Labels({{"trace_id", trace}}), value, timestamp_ms};
}

// The same series as a Remote Write 1.0 message; no samples.
Question ask_v1(std::string name, const std::vector<SeriesV2>& all) {
  std::string message;
  for (const SeriesV2& series : all) {
    std::string region;
    wire::encode_labels(series.labels, region);
    std::string part;
    for (const NativeHistogram& h : series.histograms) {
      wire::encode_histogram(h, part = "");
      wire::append_histogram_series(region, part, message);
    }
    for (const Exemplar& e : series.exemplars) {
      wire::encode_exemplar(e, part = "");
      wire::append_exemplar_series(region, part, message);
    }
  }
  return {std::move(name), wire::snappy_compress(message), "application/x-protobuf"};
}

// To receivers that store native histograms and exemplars.
std::vector<Question> questions_of_extras(int64_t now) {
  constexpr int64_t kTwoHours = 7'200'000;
  const auto damaged = [now](const std::function<void(NativeHistogram&)>& damage) {
    NativeHistogram h = histogram(now + 10);
    damage(h);
    return h;
  };
  const auto real = [](NativeHistogram& h) {
    h.count = 3.5;
    h.zero_count = 1.0;
    h.positive_counts = {2.5};
    h.positive_deltas.clear();
  };
  const std::vector<std::pair<std::string, NativeHistogram>> invalid = {
      {"count too high", damaged([](auto& h) { h.count = uint64_t{4}; })},
      {"count too low, and NaN seen",
       damaged([](auto& h) { h.count = uint64_t{2}, h.sum = std::nan(""); })},
      {"too few buckets", damaged([](auto& h) { h.positive_deltas.clear(); })},
      {"negative bucket", damaged([](auto& h) { h.positive_deltas = {-2}; })},
      {"negative offset", damaged([](auto& h) {
         h.positive_spans = {{0, 1}, {-1, 0}};
       })},
      {"custom bounds", damaged([](auto& h) { h.custom_values = {1}; })},
      {"negative float bucket", damaged([&real](auto& h) { real(h), h.positive_counts = {-2.5}; })},
      {"custom bounds that fall", damaged([](auto& h) {
         h.schema = -53, h.zero_count = uint64_t{0}, h.custom_values = {2, 1};
       })},
      {"custom bounds too few",
       damaged([](auto& h) { h.schema = -53, h.zero_count = uint64_t{0}, h.custom_values = {2}; })},
      {"custom bounds and a zero bucket", damaged([](auto& h) {
         h.schema = -53, h.custom_values = {1, 2, 3};
       })},
  };
  std::vector<Question> all = {
      ask_for("histograms",
              {of("h", histogram(now)), of("f", damaged(real)), up("s", {{1, now, 0}})}),
      ask_for("the same again", {of("h", histogram(now)), of("f", damaged(real))}),
      ask_for("another", {of("h", damaged([now](auto& h) { h.sum = 1, h.timestamp_ms = now; }))}),
      ask_for("out of order", {of("h", histogram(now - 1)), of("n", histogram(now))}),
      ask_for("out of bounds",
              {of("h", histogram(now - kTwoHours)), of("h", histogram(now + kTwoHours))}),
      ask_for("a float where a histogram is", {up("h", {{1, now, 0}})}),
      ask_for("a histogram where a float is", {of("s", histogram(now))}),
      ask_for("a float after it, and the other way round",
              {up("h", {{1, now + 1, 0}}), of("s", histogram(now + 1))}),
      ask_for("a histogram of a reset", {of("n", damaged([](auto& h) { h.reset_hint = 1; }))}),
      ask_for("neither whole nor float", {of("e", damaged([](auto& h) { h = {}; }))}),
      ask_for("exemplars", {up("x", {{1, now, 0}}),
                            of("x", {exemplar("a", 1, now), exemplar("b", 1, now + 5)})}),
      ask_for("the newest again", {of("x", {exemplar("b", 1, now + 5)})}),
      ask_for("the same time, more", {of("x", {exemplar("b", 2, now + 5)})}),
      ask_for("the same time, less",
              {of("x", {exemplar("b", 1.5, now + 5)}), up("x", {{2, now + 1, 0}})}),
      ask_for("an older one", {of("x", {exemplar("c", 9, now)})}),
      ask_for("of nobody", {of("nobody", {exemplar("c", 9, now)})}),
      ask_for("too many labels", {of("x", {exemplar(std::string(200, 'x'), 1, now + 9)})}),
      ask_for("from the future", {of("x", {exemplar("f", 1, now + kTwoHours)})}),
      ask_for("without a time", {of("x", {exemplar("f", 1, 0)})}),
      ask_v1("an older one in 1.0", {of("x", {exemplar("c", 9, now)})}),
      ask_v1("histograms in 1.0", {of("v", histogram(now + 20)), of("w", damaged(real))}),
      ask_v1("out of order in 1.0", {of("v", histogram(now + 19))}),
      ask_v1("another in 1.0",
             {of("v", damaged([now](auto& h) { h.sum = 1, h.timestamp_ms = now + 20; }))}),
      ask_for("a stale marker", {up("v", {{stale_nan(), now + 21, 0}})}),
      ask_for("a histogram where the stale one is", {of("v", histogram(now + 21))}),
  };
  for (const auto& [name, h] : invalid) {
    all.push_back(ask_for(name, {up("o", {{1, now + 30, 0}}), of("i", h)}));
    all.push_back(ask_v1(name + " in 1.0", {of("i", h)}));
  }
  // Nothing of the invalid ones was stored: none of these is out of order.
  all.push_back(
      ask_for("and after all", {up("o", {{1, now + 29, 0}}), of("i", histogram(now + 1))}));
  return all;
}

class V2AnswersTest : public ProcessTest {
 protected:
  std::unique_ptr<ChildProcess> start(const std::string& name, std::vector<std::string> argv) {
    auto child = ChildProcess::start({name, std::move(argv), folder() + "/" + name + ".log"});
    EXPECT_TRUE(child.ok()) << child.error().message << ": run tools/servers";
    return child.ok() ? std::move(*child) : nullptr;
  }
  Exchange send(const std::string& endpoint, Request request) {
    Exchange result;
    transport_.send(endpoint, std::move(request), Duration::seconds(10), {}, Work::Kind::kNone,
                    [&](Exchange exchange) {
                      result = std::move(exchange);
                      loop_.stop();
                    });
    loop_.run();
    return result;
  }
  bool await_up(const std::string& endpoint) {
    const Instant deadline = loop_.now() + Duration::seconds(20);
    while (loop_.now() < deadline) {
      Request ready;
      ready.path = "/-/ready";
      const Exchange answer = send(endpoint, std::move(ready));
      if (!answer.failed && answer.response.status == 200) return true;
      loop_.schedule_after(Duration::milliseconds(20), [this] { loop_.stop(); });
      loop_.run();
    }
    return false;
  }
  Answer ask(const std::string& endpoint, const Question& question) {
    Request request;
    request.method = "POST";
    request.path = "/api/v1/write";
    request.headers = {{"Content-Type", question.type}, {"Content-Encoding", question.encoding}};
    request.body.bytes = question.body;
    const Exchange exchange = send(endpoint, std::move(request));
    if (exchange.failed) return {};
    Answer answer;
    answer.status = exchange.response.status;
    for (const char* what : {"Samples", "Histograms", "Exemplars"}) {
      answer.written += std::string(exchange.response.headers.get(
                            std::string("X-Prometheus-Remote-Write-") + what + "-Written")) +
                        ",";
    }
    std::istringstream text(exchange.response.body.bytes);
    for (std::string line; std::getline(text, line);) answer.refusals.push_back(class_of(line));
    return answer;
  }

  // A real 3.5 and one of ours, both ready.
  void start_both(const std::vector<std::string>& more) {
    const auto real = PrometheusSystem::make("prometheus-3.5");
    ASSERT_TRUE(real.ok()) << real.error().message;
    const std::vector<uint16_t> ports = *free_ports(2);
    std::ofstream(folder() + "/receiver.yml") << "global: {}\n";
    ServerLaunch launch;
    launch.config_file = folder() + "/receiver.yml";
    launch.port = ports[0];
    launch.data = folder() + "/real.data";
    launch.receiver = true;
    theirs_ = "127.0.0.1:" + std::to_string(ports[0]);
    ours_ = "127.0.0.1:" + std::to_string(ports[1]);
    std::vector<std::string> real_argv = (*real)->argv(launch);
    std::vector<std::string> our_argv = {PUSHPULL_BINARY,
                                         "prometheus",
                                         "--config.file=" + launch.config_file,
                                         "--web.listen-address=" + ours_,
                                         "--storage.tsdb.path=" + folder() + "/our.data",
                                         "--behaves-like=" + (*real)->profile()->version,
                                         "--web.enable-remote-write-receiver"};
    for (std::vector<std::string>* argv : {&real_argv, &our_argv}) {
      argv->insert(argv->end(), more.begin(), more.end());
    }
    real_server_ = start("real", std::move(real_argv));
    our_server_ = start("ours", std::move(our_argv));
    ASSERT_TRUE(real_server_ != nullptr && our_server_ != nullptr);
    ASSERT_TRUE(await_up(theirs_) && await_up(ours_));
  }
  void compare(const Question& question) {
    SCOPED_TRACE(question.name);
    const Answer expected = ask(theirs_, question);
    EXPECT_NE(expected.status, 0);
    EXPECT_EQ(ask(ours_, question), expected);
  }

  RealLoop loop_;
  HttpTransport transport_{loop_};
  std::string theirs_;
  std::string ours_;
  std::unique_ptr<ChildProcess> real_server_;
  std::unique_ptr<ChildProcess> our_server_;
};

TEST_F(V2AnswersTest, OnHistogramsAndExemplarsAreThoseOfTheRealOne) {
  start_both({"--enable-feature=native-histograms,exemplar-storage"});
  for (const Question& question : questions_of_extras(loop_.now().unix_ms())) compare(question);
}

TEST_F(V2AnswersTest, AreThoseOfTheRealOne) {
  start_both({});
  for (const Question& question : questions(loop_.now().unix_ms())) compare(question);
  // Here the real one, before 3.7, crashes and closes the connection. We say what is wrong.
  const int64_t later = loop_.now().unix_ms() + 100;
  for (const Question& bad : {with_refs("a ref outside", {"", "__name__", "up"}, "\x01\x63", later),
                              with_refs("an odd ref", {"", "__name__", "up"}, "\x01", later)}) {
    SCOPED_TRACE(bad.name);
    const Answer answer = ask(ours_, bad);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.written, "0,0,0,");
    const Answer real_answer = ask(theirs_, bad);
    EXPECT_TRUE(real_answer.status == 0 || real_answer.status == 400);
  }
}

}  // namespace
}  // namespace pushpull
