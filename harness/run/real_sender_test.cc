// A real leaf and ours side by side, with one target and one receiver for both: what they send
// beside samples, what they leave out for its age, and what they say about it on /metrics.
#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "harness/loop/real_loop.h"
#include "harness/net_http/http_server.h"
#include "harness/net_http/http_transport.h"
#include "harness/run/process_fixture.h"
#include "harness/systems/prometheus_system.h"
#include "harness/wire/compression.h"
#include "harness/wire/exemplar.h"
#include "harness/wire/text.h"
#include "harness/wire/write_request.h"

namespace pushpull {
namespace {

constexpr std::string_view kPage =
    R"(# HELP requests_total Requests, "answered" \\ or not,\nsince start.
# TYPE requests_total counter
requests_total{code="200"} 5
# TYPE queue_length gauge
queue_length 3
# HELP only_help Help and nothing else.
# TYPE duration_seconds histogram
# HELP duration_seconds Ünïcode.
duration_seconds_bucket{le="1"} 1
duration_seconds_bucket{le="+Inf"} 2
duration_seconds_sum 3
duration_seconds_count 2
# TYPE latency summary
latency{quantile="0.5"} 1
latency_sum 1
latency_count 1
# TYPE something untyped
something 1
dropped 1
)";

// The target of both leaves at /page, and their receiver.
class Sink : public Service {
 public:
  struct Arm {
    std::vector<wire::FamilyMetadata> metadata;  // of the first request that had any
    int64_t metadata_requests = 0;
    int64_t delivered = 0;  // samples answered with 204
    int64_t refused = 0;    // requests answered with 503
    int64_t empty = 0;      // requests without a body
    Duration oldest;        // of delivered samples, when they arrived
  };

  explicit Sink(RealLoop& loop) : loop_(loop) {}

  Decoder decoder(const Request& /*request*/) const override { return {}; }
  Work receive_work(const Request& /*request*/) const override { return {}; }
  void handle(Arrival arrival, Respond respond) override {
    Response response;
    if (arrival.request.method == "POST") {
      response.status = receive(arms[arrival.request.query], arrival.request.body.bytes);
    } else {
      response.headers = {{"Content-Type", page_type}};
      response.body.bytes = page;
    }
    respond(std::move(response));
    if (enough && enough()) loop_.stop();
  }

  std::string page_type = "text/plain; version=0.0.4";
  std::string page = std::string(kPage);
  bool metadata_fails = false;
  std::map<std::string, Arm> arms;  // by the query of the leaf's url
  Duration fails_for;               // from an arm's first samples on
  std::function<bool()> enough;

 private:
  int receive(Arm& arm, const std::string& body) {
    if (body.empty()) {
      ++arm.empty;
      return 400;
    }
    const std::string message = wire::snappy_uncompress(body, size_t{1} << 20).value();
    const wire::WrittenRequest request = wire::decode_write_request(message).value();
    const wire::WriteExtras extras = wire::find_extras(message);
    if (!extras.metadata.empty()) {
      EXPECT_TRUE(request.samples.empty()) << "metadata has requests of its own";
      if (arm.metadata_requests++ == 0) {
        for (const std::string_view entry : extras.metadata)
          arm.metadata.push_back(wire::decode_metadata(entry).value());
      }
      return metadata_fails ? 503 : 204;
    }
    Instant& since = first_.try_emplace(&arm, loop_.now()).first->second;
    if (loop_.now() - since < fails_for) {
      ++arm.refused;
      return 503;
    }
    for (const wire::WrittenSample& sample : request.samples) {
      ++arm.delivered;
      arm.oldest = std::max(arm.oldest, loop_.now() - Instant::from_unix_ms(sample.timestamp_ms));
    }
    return 204;
  }

  RealLoop& loop_;
  std::map<const Arm*, Instant> first_;
};

const std::string kReal = "arm=real";
const std::string kMock = "arm=mock";

class RealSenderTest : public ProcessTest, public testing::WithParamInterface<const char*> {
 protected:
  RealSenderTest() {
    web_ = std::move(HttpServer::start(loop_, sink_, "127.0.0.1:0").value());
    const std::vector<uint16_t> ports = free_ports(2).value();
    real_endpoint_ = "127.0.0.1:" + std::to_string(ports[0]);
    mock_endpoint_ = "127.0.0.1:" + std::to_string(ports[1]);
  }
  std::string release() const { return std::string(GetParam()).substr(strlen("prometheus-")); }

  // Both, each with `queue_config` and a rule that drops a series.
  void start_leaves(const std::string& queue_config,
                    const std::string& flag = "--web.enable-remote-write-receiver") {
    flag_ = flag;
    const auto system = PrometheusSystem::make(GetParam());
    ASSERT_TRUE(system.ok()) << system.error().message << ": run tools/servers";
    real_ = start("real", (*system)->argv({}).at(0), kReal, real_endpoint_, queue_config);
    mock_ = start("mock", PUSHPULL_BINARY, kMock, mock_endpoint_, queue_config);
  }
  std::unique_ptr<ChildProcess> start(const std::string& name, const std::string& binary,
                                      const std::string& arm, const std::string& endpoint,
                                      const std::string& queue_config) {
    const std::string address = "127.0.0.1:" + std::to_string(web_->port());
    const std::string yaml =
        "scrape_configs:\n- {job_name: bench, scrape_interval: 1s, scrape_timeout: 1s, "
        "metrics_path: /page, static_configs: [{targets: ['" +
        address + "']}]}\nremote_write:\n- url: http://" + address + "/write?" + arm +
        "\n  name: central\n  metadata_config: {send_interval: 2s}\n  queue_config: {" +
        queue_config +
        "}\n  write_relabel_configs: [{source_labels: [__name__], regex: dropped, action: drop}]\n";
    const std::string config = folder() + "/" + name + ".yml";
    std::ofstream(config) << yaml;
    std::vector<std::string> argv = {binary};
    if (name == "mock") argv.insert(argv.end(), {"prometheus", "--behaves-like=" + release()});
    argv.insert(argv.end(), {"--config.file=" + config, "--web.listen-address=" + endpoint,
                             "--storage.tsdb.path=" + folder() + "/" + name + ".data", flag_});
    auto child = ChildProcess::start({name, std::move(argv), folder() + "/" + name + ".log"});
    EXPECT_TRUE(child.ok()) << child.error().message;
    return child.ok() ? std::move(*child) : nullptr;
  }
  // Runs until both arms have all of it, for a minute at most.
  void run_until(const std::function<bool(const Sink::Arm&)>& enough) {
    bool reached = false;
    sink_.enough = [&] { return reached = enough(sink_.arms[kReal]) && enough(sink_.arms[kMock]); };
    const TimerId limit = loop_.schedule_after(Duration::minutes(1), [this] { loop_.stop(); });
    loop_.run();
    loop_.cancel(limit);
    EXPECT_TRUE(reached);
    sink_.enough = nullptr;
  }
  std::string metrics(const std::string& endpoint) {
    Request request;
    request.path = "/metrics";
    std::string body;
    transport_.send(endpoint, std::move(request), Duration::seconds(10), {}, Work::Kind::kNone,
                    [&](const Exchange& exchange) {
                      body = exchange.response.body.bytes;
                      loop_.stop();
                    });
    loop_.run();
    return body;
  }

  std::string flag_;
  RealLoop loop_;
  Sink sink_{loop_};
  std::unique_ptr<HttpServer> web_;
  HttpTransport transport_{loop_};
  std::string real_endpoint_;
  std::string mock_endpoint_;
  std::unique_ptr<ChildProcess> real_;
  std::unique_ptr<ChildProcess> mock_;
};

std::vector<wire::FamilyMetadata> sorted(std::vector<wire::FamilyMetadata> metadata) {
  std::ranges::sort(metadata, {}, &wire::FamilyMetadata::family);
  return metadata;
}

TEST_P(RealSenderTest, MetadataIsWhatTheTargetSays) {
  start_leaves("batch_send_deadline: 1s");
  run_until([](const Sink::Arm& arm) { return arm.metadata_requests >= 1 && arm.delivered > 0; });
  const std::vector<wire::FamilyMetadata> expected = {
      {3, "duration_seconds", "Ünïcode.", ""},
      {5, "latency", "", ""},
      {0, "only_help", "Help and nothing else.", ""},
      {2, "queue_length", "", ""},
      {1, "requests_total", "Requests, \"answered\" \\ or not,\nsince start.", ""},
      {0, "something", "", ""}};
  EXPECT_EQ(sorted(sink_.arms[kReal].metadata), expected);
  EXPECT_EQ(sorted(sink_.arms[kMock].metadata), expected);
}

TEST_P(RealSenderTest, MetadataOfOpenMetricsHasUnitsAndMoreTypes) {
  sink_.page_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
  sink_.page = R"(# HELP wait_seconds Says \"so\" \\ and\nso \q.
# TYPE wait_seconds counter
# UNIT wait_seconds seconds
wait_seconds_total 1
# TYPE build info
build_info{version="1"} 1
# TYPE state stateset
# TYPE sizes gaugehistogram
# TYPE plain unknown
# EOF
)";
  start_leaves("batch_send_deadline: 1s");
  run_until([](const Sink::Arm& arm) { return arm.metadata_requests >= 1 && arm.delivered > 0; });
  const std::vector<wire::FamilyMetadata> expected = {
      {6, "build", "", ""},
      {0, "plain", "", ""},
      {4, "sizes", "", ""},
      {7, "state", "", ""},
      {1, "wait_seconds", "Says \"so\" \\ and\nso \\q.", "seconds"}};
  EXPECT_EQ(sorted(sink_.arms[kReal].metadata), expected);
  EXPECT_EQ(sorted(sink_.arms[kMock].metadata), expected);
}

TEST_P(RealSenderTest, MetadataOfProtobuf) {
  sink_.page_type =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
      "encoding=delimited";
  // Fields 1 name, 2 help, 3 type, 4 a metric with its value.
  const auto family = [this](const std::string& name, const std::string& help, char type,
                             const std::string& metric) {
    const auto field = [](char tag, const std::string& text) {
      return std::string{tag, static_cast<char>(text.size())} + text;
    };
    std::string message = field('\x0a', name) + field('\x12', help) + std::string{'\x18', type};
    if (!metric.empty()) message += field('\x22', metric);
    sink_.page += static_cast<char>(message.size()) + message;
  };
  sink_.page.clear();
  const std::string zero("\x00", 1);
  family("wait_seconds", "Says \"so\" \\n\n.", 0, "\x1a" + zero);
  family("length", "", 1, "\x12" + zero);
  family("untyped", "U.", 3, "\x2a" + zero);
  family("without_metrics", "No.", 1, "");
  start_leaves("batch_send_deadline: 1s");
  run_until([](const Sink::Arm& arm) { return arm.metadata_requests >= 1 && arm.delivered > 0; });
  const std::vector<wire::FamilyMetadata> expected = {
      {2, "length", "", ""},
      {0, "untyped", "U.", ""},
      {1, "wait_seconds", "Says \"so\" \\n\n.", ""}};
  EXPECT_EQ(sorted(sink_.arms[kReal].metadata), expected);
  EXPECT_EQ(sorted(sink_.arms[kMock].metadata), expected);
}

// The shards have the flush deadline to empty themselves; then metadata that is being repeated has
// as long again.
TEST_P(RealSenderTest, AStopWaitsForSamplesAndThenForMetadata) {
  sink_.fails_for = Duration::hours(1);
  sink_.metadata_fails = true;
  start_leaves("batch_send_deadline: 1s", "--storage.remote.flush-deadline=2s");
  run_until([](const Sink::Arm& arm) { return arm.refused > 2 && arm.metadata_requests > 2; });
  for (ChildProcess* leaf : {real_.get(), mock_.get()}) {
    const Instant stopped = loop_.now();
    leaf->terminate();
    ASSERT_TRUE(leaf->await_end(Duration::seconds(20)));
    EXPECT_EQ(leaf->exit_text(), "exited with 0");
    const Duration took = loop_.now() - stopped;
    EXPECT_GT(took, Duration::milliseconds(3'900));
    EXPECT_LT(took, Duration::milliseconds(4'800));
  }
}

struct Shown {
  std::string type;
  std::set<std::set<std::string>> labels;  // names, of each series; without le
};

// Families whose names begin as those of remote write do.
std::map<std::string, Shown> remote_families(const std::string& page) {
  constexpr std::string_view kPrefixes[] = {"prometheus_remote_storage_", "prometheus_wal_watcher_",
                                            "prometheus_api_remote_write_"};
  std::map<std::string, Shown> families;
  const wire::ParsedText text = wire::parse_text(page, nullptr).value();
  for (const wire::TextMetadata& line : text.metadata) {
    const std::string name = text.text.substr(line.name_begin, line.name_size);
    const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
    if (line.kind == wire::TextMetadata::Kind::kType && std::ranges::any_of(kPrefixes, begins))
      families[name].type = text.text.substr(line.text_begin, line.text_size);
  }
  for (const wire::TextSample& sample : text.samples) {
    const Labels labels =
        wire::parse_series(text.text.substr(sample.begin, sample.size)).value().labels;
    std::string name(labels.get("__name__"));
    for (const char* suffix : {"_bucket", "_sum", "_count"}) {
      if (name.ends_with(suffix)) name.resize(name.size() - strlen(suffix));
    }
    const auto family = families.find(name);
    if (family == families.end()) continue;
    std::set<std::string> names;
    for (const Label& label : labels) names.insert(label.name);
    for (const char* other : {"__name__", "le"}) names.erase(other);
    family->second.labels.insert(names);
  }
  return families;
}

TEST_P(RealSenderTest, SelfMetricsHaveTheNamesTypesAndLabelsOfTheRealOnes) {
  start_leaves("batch_send_deadline: 1s");
  run_until([](const Sink::Arm& arm) { return arm.metadata_requests >= 1 && arm.delivered > 0; });
  const std::map<std::string, Shown> real = remote_families(metrics(real_endpoint_));
  const std::map<std::string, Shown> ours = remote_families(metrics(mock_endpoint_));
  EXPECT_GT(real.size(), 30u);
  for (const auto& [name, shown] : real) {
    const auto found = ours.find(name);
    ASSERT_NE(found, ours.end()) << name;
    EXPECT_EQ(found->second.type, shown.type) << name;
    EXPECT_EQ(found->second.labels, shown.labels) << name;
  }
  for (const auto& [name, shown] : ours) EXPECT_TRUE(real.contains(name)) << name;
}

// The receiver fails for six seconds; then nothing older than three seconds may come. Counters
// follow the same arithmetic, of which the number of rebuilt requests is chance.
TEST_P(RealSenderTest, WhatIsTooOldIsLeftOut) {
  const std::string queue = "batch_send_deadline: 1s, max_backoff: 1s, sample_age_limit: 3s";
  if (release() == "2.42") {  // sample_age_limit came with 2.50
    start_leaves(queue);
    for (ChildProcess* leaf : {real_.get(), mock_.get()}) {
      ASSERT_TRUE(leaf->await_end(Duration::seconds(20)));
      EXPECT_EQ(leaf->exit_text(), "exited with 2");
      EXPECT_NE(leaf->log_text().find("sample_age_limit"), std::string::npos) << leaf->log_text();
    }
    return;
  }
  sink_.fails_for = Duration::seconds(6);
  start_leaves(queue);
  run_until([](const Sink::Arm& arm) { return arm.delivered > 100; });
  for (const std::string& arm : {kReal, kMock}) {
    EXPECT_GT(sink_.arms[arm].refused, 3) << arm;
    EXPECT_GT(sink_.arms[arm].empty, 0) << arm << ": the first batches were too old as a whole";
    EXPECT_LT(sink_.arms[arm].oldest, Duration::milliseconds(3'500)) << arm;
    EXPECT_GT(sink_.arms[arm].oldest, Duration::milliseconds(900)) << arm;
  }
  for (const std::string& endpoint : {real_endpoint_, mock_endpoint_}) {
    const std::string page = metrics(endpoint);
    EXPECT_NE(page.find("reason=\"too_old\""), std::string::npos) << endpoint;
    EXPECT_NE(page.find("reason=\"dropped_series\""), std::string::npos) << endpoint;
  }
}

INSTANTIATE_TEST_SUITE_P(Real, RealSenderTest, testing::Values("prometheus-2.42", "prometheus-3.5"),
                         release_name);

}  // namespace
}  // namespace pushpull
