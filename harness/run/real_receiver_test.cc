// A real node_exporter, scraped by our leaf, written to a real Prometheus, read back from there.
#include <bit>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/net_http/http_server.h"
#include "harness/net_http/http_transport.h"
#include "harness/run/process_fixture.h"
#include "harness/systems/prometheus_system.h"
#include "harness/wire/text.h"

namespace pushpull {
namespace {

// What no node_exporter exposes.
constexpr std::string_view kEdges = R"(# TYPE edge gauge
edge{of="nan"} NaN
edge{of="positive infinity"} +Inf
edge{of="negative infinity"} -Inf
edge{of="minus zero"} -0
edge{of="tiny"} 5e-324
edge{of="large"} 1.7976931348623157e+308
edge{of="a third"} 0.3333333333333333
edge{of="a \"quoted\" \\ name,\nover two lines and ünïcode"} 1
)";

// Hands a scrape on to node_exporter, appends the edges and keeps what it answered. When all pages
// are out it keeps the next scraper waiting and stops the loop: what came before is then committed.
class RecordingTarget : public Service {
 public:
  RecordingTarget(RealLoop& loop, Transport& transport, std::string exporter, size_t pages)
      : loop_(loop), transport_(transport), exporter_(std::move(exporter)), wanted_(pages) {}

  Decoder decoder(const Request& /*request*/) const override { return {}; }
  Work receive_work(const Request& /*request*/) const override { return {}; }
  void handle(Arrival /*arrival*/, Respond respond) override {
    if (pages_.size() == wanted_) return loop_.stop();
    Request request;
    request.path = "/metrics";
    transport_.send(exporter_, std::move(request), Duration::seconds(5), {}, Work::Kind::kNone,
                    [this, respond = std::move(respond)](const Exchange& exchange) {
                      pages_.push_back(exchange.response.body.bytes + std::string(kEdges));
                      Response response;
                      response.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
                      response.body.bytes = pages_.back();
                      respond(std::move(response));
                    });
  }
  const std::vector<std::string>& pages() const { return pages_; }

 private:
  RealLoop& loop_;
  Transport& transport_;
  const std::string exporter_;
  const size_t wanted_;
  std::vector<std::string> pages_;
};

// Values of each series, by place in the sequence of scrapes.
using Series = std::map<Labels, std::map<size_t, double>>;

Series series_of(const std::vector<std::string>& pages, const std::string& instance) {
  Series all;
  for (size_t i = 0; i < pages.size(); ++i) {
    const wire::ParsedText page = wire::parse_text(pages[i], nullptr).value();
    for (const wire::TextSample& sample : page.samples) {
      Labels labels =
          wire::parse_series(page.text.substr(sample.begin, sample.size)).value().labels;
      labels.set("instance", instance);
      labels.set("job", "node");
      all[labels][i] = sample.value;
    }
  }
  return all;
}

// The same from the answer of /api/v1/query; scrapes are told apart by their timestamps.
Series series_of(const nlohmann::json& answer) {
  std::map<double, size_t> scrapes;
  for (const auto& series : answer["data"]["result"]) {
    for (const auto& sample : series["values"]) scrapes[sample[0].get<double>()] = 0;
  }
  size_t next = 0;
  for (auto& [time, number] : scrapes) number = next++;
  Series all;
  for (const auto& series : answer["data"]["result"]) {
    Labels labels;
    for (const auto& [name, value] : series["metric"].items())
      labels.set(name, value.get<std::string>());
    for (const auto& sample : series["values"]) {
      all[labels][scrapes.at(sample[0].get<double>())] =
          std::strtod(sample[1].get<std::string>().c_str(), nullptr);
    }
  }
  return all;
}

// A remote write leaves the sign of zero out.
bool same_value(double sent, double stored) {
  if (std::isnan(sent) || sent == 0) return std::isnan(sent) ? std::isnan(stored) : stored == 0;
  return std::bit_cast<uint64_t>(sent) == std::bit_cast<uint64_t>(stored);
}

class RealReceiverTest : public ProcessTest, public testing::WithParamInterface<const char*> {
 protected:
  std::unique_ptr<ChildProcess> start(const std::string& name, std::vector<std::string> argv) {
    auto child = ChildProcess::start({name, std::move(argv), folder() + "/" + name + ".log"});
    EXPECT_TRUE(child.ok()) << child.error().message << ": run tools/servers";
    return child.ok() ? std::move(*child) : nullptr;
  }
  // Our leaf, with the configuration `yaml`.
  std::unique_ptr<ChildProcess> start_leaf(const std::string& endpoint, const std::string& yaml) {
    std::ofstream(folder() + "/leaf.yml") << yaml;
    return start("leaf", {PUSHPULL_BINARY, "prometheus", "--config.file=" + folder() + "/leaf.yml",
                          "--web.listen-address=" + endpoint, "--discovery-delay=0s",
                          "--storage.tsdb.path=" + folder() + "/leaf.data"});
  }
  Exchange get(const std::string& endpoint, const std::string& path,
               const std::string& query = "") {
    Request request;
    request.path = path;
    request.query = query;
    Exchange result;
    transport_.send(endpoint, std::move(request), Duration::seconds(10), {}, Work::Kind::kNone,
                    [&](Exchange exchange) {
                      result = std::move(exchange);
                      loop_.stop();
                    });
    loop_.run();
    return result;
  }
  // Asks until the server answers 200; false once it has ended, or after 20 s.
  bool await_up(ChildProcess& server, const std::string& endpoint, const std::string& path) {
    const Instant deadline = loop_.now() + Duration::seconds(20);
    while (server.running() && loop_.now() < deadline) {
      const Exchange answer = get(endpoint, path);
      if (!answer.failed && answer.response.status == 200) return true;
      loop_.schedule_after(Duration::milliseconds(20), [this] { loop_.stop(); });
      loop_.run();
    }
    return false;
  }

  RealLoop loop_;
  HttpTransport transport_{loop_};
};

TEST_P(RealReceiverTest, HasWhatNodeExporterSaid) {
  constexpr size_t kPages = 3;
  const std::vector<uint16_t> ports = *free_ports(3);
  const std::string receiver_endpoint = "127.0.0.1:" + std::to_string(ports[0]);
  const std::string exporter_endpoint = "127.0.0.1:" + std::to_string(ports[1]);
  const std::string leaf_endpoint = "127.0.0.1:" + std::to_string(ports[2]);
  const auto system = PrometheusSystem::make(GetParam());
  ASSERT_TRUE(system.ok()) << system.error().message;
  ServerLaunch launch;
  launch.config_file = folder() + "/receiver.yml";
  launch.port = ports[0];
  launch.data = folder() + "/receiver.data";
  launch.receiver = true;
  std::ofstream(launch.config_file) << "global: {}\n";
  const std::vector<std::string> argv = (*system)->argv(launch);
  const auto receiver = start("receiver", argv);
  const std::filesystem::path servers =
      std::filesystem::path(argv[0]).parent_path() / "../../../node-exporter/usr/bin";
  const auto exporter = start("exporter", {servers / "prometheus-node-exporter",
                                           "--web.listen-address=" + exporter_endpoint});
  ASSERT_TRUE(receiver != nullptr && exporter != nullptr);
  ASSERT_TRUE(await_up(*receiver, receiver_endpoint, "/-/ready"));
  ASSERT_TRUE(await_up(*exporter, exporter_endpoint, "/metrics"));

  RecordingTarget target(loop_, transport_, exporter_endpoint, kPages);
  const auto server = HttpServer::start(loop_, target, "127.0.0.1:0");
  ASSERT_TRUE(server.ok()) << server.error().message;
  const std::string instance = "127.0.0.1:" + std::to_string((*server)->port());
  auto leaf = start_leaf(leaf_endpoint,
                         "global: {scrape_interval: 2s, scrape_timeout: 2s}\n"
                         "scrape_configs: [{job_name: node, static_configs: [{targets: ['" +
                             instance + "']}]}]\nremote_write: [{url: 'http://" +
                             receiver_endpoint + "/api/v1/write'}]\n");
  ASSERT_NE(leaf, nullptr);
  loop_.run();
  leaf->terminate();
  ASSERT_TRUE(leaf->await_end(Duration::seconds(20)));
  EXPECT_EQ(leaf->exit_text(), "exited with 0") << leaf->last_log_lines(10);

  // Everything that was scraped is there, sample by sample.
  const Series sent = series_of(target.pages(), instance);
  const std::string query = R"({job="node",__name__!~"up|scrape_.*"}[1m])";
  const Exchange answer = get(receiver_endpoint, "/api/v1/query", "query=" + percent_encode(query));
  ASSERT_EQ(answer.response.status, 200) << answer.response.body.bytes;
  const Series stored = series_of(nlohmann::json::parse(answer.response.body.bytes));
  EXPECT_GT(sent.size(), 300u);
  EXPECT_EQ(sent.size(), stored.size());
  for (const auto& [labels, values] : sent) {
    SCOPED_TRACE(labels.to_string());
    const auto found = stored.find(labels);
    ASSERT_NE(found, stored.end());
    ASSERT_EQ(values.size(), found->second.size());
    for (const auto& [scrape, value] : values) {
      EXPECT_TRUE(same_value(value, found->second.at(scrape)))
          << value << " became " << found->second.at(scrape);
    }
  }

  // Both serve the same page: our leaf, started again on its data, and the receiver.
  leaf = start_leaf(leaf_endpoint, "global: {}\n");
  ASSERT_NE(leaf, nullptr);
  ASSERT_TRUE(await_up(*leaf, leaf_endpoint, "/-/ready"));
  const std::string match = "match[]=" + percent_encode(R"({job="node"})");
  const std::string ours = get(leaf_endpoint, "/federate", match).response.body.bytes;
  const std::string theirs = get(receiver_endpoint, "/federate", match).response.body.bytes;
  EXPECT_EQ(ours, theirs);
  EXPECT_NE(ours.find("edge{instance=\"" + instance + "\",job=\"node\",of=\"nan\"} NaN "),
            std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Real, RealReceiverTest,
                         testing::Values("prometheus-2.42", "prometheus-3.5"), release_name);

}  // namespace
}  // namespace pushpull
