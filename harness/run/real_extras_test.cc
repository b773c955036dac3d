// Native histograms and exemplars of a foreign target, bit by bit: scraped by a real 3.5 and sent
// to us, scraped by us and sent to a real 3.5, and from us to us.
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "harness/base/units.h"
#include "harness/measure/null_observer.h"
#include "harness/net_http/http_server.h"
#include "harness/net_http/http_transport.h"
#include "harness/prometheus/config.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/prometheus/server.h"
#include "harness/prometheus/targets.h"
#include "harness/run/extras_for_test.h"
#include "harness/run/process_fixture.h"
#include "harness/systems/prometheus_system.h"
#include "harness/systems/read_back.h"
#include "harness/systems/remote_read_api.h"

namespace pushpull {
namespace {

constexpr const char* kFeatures = "exemplar-storage,native-histograms";

ReleaseProfile profile_with_all() {
  ReleaseProfile profile = release_profile("3.5").value();
  EXPECT_TRUE(enable_features(profile, kFeatures).ok());
  return profile;
}

// A server of ours in this process.
struct OurServer {
  OurServer(RealLoop& loop, Transport& transport, const std::string& yaml)
      : profile(profile_with_all()),
        storage(Labels(), profile),
        server(loop, transport, storage, observer, options(yaml)),
        tap(server),
        http(HttpServer::start(loop, tap, "127.0.0.1:0").value()) {}

  ServerOptions options(const std::string& yaml) const {
    const PrometheusConfig config = load_config(yaml, "ours.yml", profile).value().config;
    ServerOptions made;
    made.profile = profile;
    made.enable_receiver = true;
    made.targets = scrape_targets(config);
    made.remote_write = config.remote_write;
    return made;
  }
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(http->port()) + "/api/v1/write";
  }
  Seen seen() const { return seen_of(tap.items); }
  // The newest sample of a series, if it is a histogram.
  const NativeHistogram* newest_histogram(const Labels& labels) {
    return head().find_histogram(ref(labels));
  }
  bool is_stale(const Labels& labels) {
    const Newest* newest = head().find(ref(labels));
    return newest != nullptr && is_stale_nan(newest->value);
  }
  const SeriesHead& head() { return dynamic_cast<const SeriesHead&>(storage.head()); }
  uint64_t ref(const Labels& labels) {
    return const_cast<SeriesRegistry&>(storage.registry()).ref(labels);
  }
  // By series, as seen_of() has them.
  Seen stored_exemplars() {
    std::vector<ReceivedItem> items;
    storage.exemplars()->for_each([&](uint64_t ref, const Exemplar& exemplar) {
      items.push_back({storage.registry().labels(ref), exemplar});
    });
    return seen_of(items);
  }

  ReleaseProfile profile;
  SampleStorage storage;
  NullObserver observer;
  Server server;
  WriteTap tap;
  std::unique_ptr<HttpServer> http;
};

// Both messages of remote write; `more` goes into each entry.
std::string remote_write(const std::string& v1_url, const std::string& v2_url,
                         const std::string& v1_more = "", const std::string& v2_more = "") {
  const std::string common =
      "send_exemplars: true, send_native_histograms: true, metadata_config: {send: false}, "
      "queue_config: {batch_send_deadline: 500ms}";
  return "remote_write:\n- {name: one, url: '" + v1_url + "', " + common + v1_more +
         "}\n- {name: two, url: '" + v2_url + "', " + common + v2_more +
         ", protobuf_message: io.prometheus.write.v2.Request}\n";
}

std::string scrape_both(const std::string& instance) {
  const std::string target = "static_configs: [{targets: ['" + instance + "']}]}\n";
  return "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n"
         "- {job_name: om, metrics_path: /om, scrape_protocols: [OpenMetricsText1.0.0], " +
         target + "- {job_name: pb, metrics_path: /pb, " + target;
}

// Exemplars only.
Seen exemplars_of(const Seen& all) {
  Seen some;
  for (const auto& [labels, things] : all) {
    for (const std::string& thing : things) {
      if (thing.starts_with("exemplar ")) some[labels].insert(thing);
    }
  }
  return some;
}

void expect_equal(const Seen& found, const Seen& expected) {
  EXPECT_GT(expected.size(), 20u);
  for (const auto& [labels, things] : expected) {
    SCOPED_TRACE(labels.to_string());
    const auto at = found.find(labels);
    ASSERT_NE(at, found.end()) << "nothing of it arrived";
    EXPECT_EQ(at->second, things);
  }
  EXPECT_EQ(found.size(), expected.size());
}

class RealExtrasTest : public ProcessTest {
 protected:
  RealExtrasTest() {
    target_http_ = HttpServer::start(loop_, target_, "127.0.0.1:0").value();
    instance_ = "127.0.0.1:" + std::to_string(target_http_->port());
  }
  std::unique_ptr<ChildProcess> start(const std::string& name, std::vector<std::string> argv) {
    argv.push_back("--enable-feature=" + std::string(kFeatures));
    auto child = ChildProcess::start({name, std::move(argv), folder() + "/" + name + ".log"});
    EXPECT_TRUE(child.ok()) << child.error().message << ": run tools/servers";
    return child.ok() ? std::move(*child) : nullptr;
  }
  std::unique_ptr<ChildProcess> start_real(uint16_t port, const std::string& yaml, bool receiver) {
    const auto system = PrometheusSystem::make("prometheus-3.5");
    EXPECT_TRUE(system.ok()) << system.error().message;
    if (!system.ok()) return nullptr;
    ServerLaunch launch;
    launch.config_file = folder() + "/real.yml";
    launch.port = port;
    launch.data = folder() + "/real.data";
    launch.receiver = receiver;
    std::ofstream(launch.config_file) << yaml;
    return start("real", (*system)->argv(launch));
  }
  // Runs the loop until `done`, at most 40 s; asked every 50 ms.
  bool await(const std::function<bool()>& done) {
    const Instant deadline = loop_.now() + Duration::seconds(40);
    while (!done() && loop_.now() < deadline) {
      loop_.schedule_after(Duration::milliseconds(50), [this] { loop_.stop(); });
      loop_.run();
    }
    return done();
  }
  Exchange get(const std::string& endpoint, const std::string& path, const std::string& query) {
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
  // The series that both pages lose have ended.
  bool has_ended(OurServer& server) const {
    const NativeHistogram* histogram = server.newest_histogram(
        Labels({{"__name__", "pb_ending"}, {"instance", instance_}, {"job", "pb"}}));
    return histogram != nullptr && is_stale_nan(histogram->sum) &&
           server.is_stale(
               Labels({{"__name__", "pb_ending_total"}, {"instance", instance_}, {"job", "pb"}})) &&
           server.is_stale(Labels(
               {{"__name__", "app"}, {"instance", instance_}, {"job", "om"}, {"of", "a while"}}));
  }
  // Every exemplar as it was said; that of the +Inf bucket and those without a time too.
  void expect_all(OurServer& central) {
    const Seen expected = expected_of_target(instance_);
    expect_equal(central.seen(), expected);
    EXPECT_EQ(central.stored_exemplars(), exemplars_of(expected));
    EXPECT_GT(central.tap.bodies, 0);
    EXPECT_EQ(central.tap.differently_encoded, 0);
  }

  // Alike from the real one and from us.
  void expect_headers() const {
    EXPECT_EQ(target_.accepts.at("/pb"),
              "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
              "encoding=delimited;q=0.6,"
              "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
              "application/openmetrics-text;version=0.0.1;q=0.4,"
              "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,"
              "*/*;q=0.1");
    EXPECT_EQ(target_.accepts.at("/om"),
              "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5");
  }

  RealLoop loop_;
  HttpTransport transport_{loop_};
  ForeignTarget target_;
  std::unique_ptr<HttpServer> target_http_;
  std::string instance_;
};

TEST_F(RealExtrasTest, ARealLeafToUs) {
  OurServer one(loop_, transport_, "global: {}\n");
  OurServer two(loop_, transport_, "global: {}\n");
  const auto leaf = start_real((*free_ports(1))[0],
                               scrape_both(instance_) + remote_write(one.url(), two.url()), false);
  ASSERT_NE(leaf, nullptr);
  // The real one sends from 7 s after its start on; what ended before is not in what it sends.
  ASSERT_TRUE(await([&] { return has_ended(one) && has_ended(two); }))
      << one.tap.bodies << " and " << two.tap.bodies << " bodies";
  expect_all(one);
  expect_all(two);
  if (const char* folder = std::getenv("PUSHPULL_RECORD")) {
    // For wire/testdata: see its README.
    for (const auto& [name, server] : {std::pair("v1", &one), std::pair("v2", &two)}) {
      std::ofstream(std::string(folder) + "/prometheus-3.5-extras-" + name + ".snappy",
                    std::ios::binary)
          << wire::snappy_compress(server->tap.full);
    }
  }
  EXPECT_EQ(one.server.stats().write_requests_refused, 0);
  EXPECT_EQ(two.server.stats().write_requests_refused, 0);
  expect_headers();
}

TEST_F(RealExtrasTest, FromUsToUs) {
  OurServer one(loop_, transport_, "global: {}\n");
  OurServer two(loop_, transport_, "global: {}\n");
  OurServer leaf(loop_, transport_, scrape_both(instance_) + remote_write(one.url(), two.url()));
  ASSERT_TRUE(await([&] { return has_ended(one) && has_ended(two); }));
  bool stopped = false;
  leaf.server.stop([&stopped] { stopped = true; });
  ASSERT_TRUE(await([&stopped] { return stopped; }));
  expect_all(one);
  expect_all(two);
  expect_headers();
  // The books balance, both ways.
  const ServerStats& scraped = leaf.server.stats();
  EXPECT_GT(scraped.head_histograms_appended, 4 * 5);
  for (OurServer* central : {&one, &two}) {
    EXPECT_EQ(central->server.stats().head_histograms_appended, scraped.head_histograms_appended);
    EXPECT_EQ(central->server.stats().exemplars_appended, scraped.exemplars_appended);
    EXPECT_EQ(central->server.stats().head_samples_appended, scraped.head_samples_appended);
  }
  for (const auto& remote : leaf.server.remote_storages()) {
    const QueueStats& sent = remote->stats();
    EXPECT_EQ(sent.histograms_total - sent.histograms_retried_total,
              scraped.head_histograms_appended);
    EXPECT_EQ(sent.exemplars_total - sent.exemplars_retried_total, scraped.exemplars_appended);
    EXPECT_EQ(sent.samples_failed_total + sent.histograms_failed_total +
                  sent.exemplars_failed_total + sent.histograms_pending + sent.exemplars_pending,
              0);
  }
}

// What a real receiver gives back: its floats and histograms by remote_read, exemplars by its query
// API. Everything of `via`, a label that the sender added.
class RealExtrasReadBack : public RealExtrasTest {
 protected:
  Seen read_back(const std::string& endpoint, const std::string& via) {
    wire::ReadQuery query;
    query.last_ms = loop_.now().unix_ms();
    query.first_ms = query.last_ms - 600'000;
    query.matchers = {{wire::ReadMatcher::Type::kEqual, "via", via}};
    std::vector<ReceivedItem> items;
    const Status read = read_back_all(loop_, RemoteReadApi(), transport_, endpoint, {query},
                                      [&items](const wire::WrittenRequest& request) {
                                        for (ReceivedItem& item : wire::items_of(request.message))
                                          items.push_back(std::move(item));
                                      });
    EXPECT_TRUE(read.ok()) << read.error().message;
    add_exemplars(endpoint, via, items);
    for (ReceivedItem& item : items) {
      item.labels.set("via", "");
      // Resets are found while reading; what was stored says nothing of them but for gauges.
      constexpr int32_t kGauge = 3;
      if (auto* h = std::get_if<NativeHistogram>(&item.what); h != nullptr) {
        if (h->reset_hint != kGauge) h->reset_hint = 0;
      }
    }
    return seen_of(items);
  }

 private:
  void add_exemplars(const std::string& endpoint, const std::string& via,
                     std::vector<ReceivedItem>& items) {
    const std::string query =
        "query=" + percent_encode("{via=\"" + via + "\"}") +
        "&start=1600000000&end=" + std::to_string(loop_.now().unix_ms() / 1000 + 60);
    const Exchange answer = get(endpoint, "/api/v1/query_exemplars", query);
    ASSERT_EQ(answer.response.status, 200) << answer.response.body.bytes;
    const auto labels_of = [](const nlohmann::json& json) {
      std::vector<Label> labels;
      for (const auto& [name, value] : json.items()) {
        labels.push_back({name, value.get<std::string>()});
      }
      return Labels(std::move(labels));
    };
    const auto json = nlohmann::json::parse(answer.response.body.bytes);
    for (const auto& series : json["data"]) {
      for (const auto& one : series["exemplars"]) {
        items.push_back({labels_of(series["seriesLabels"]),
                         Exemplar{labels_of(one["labels"]),
                                  std::strtod(one["value"].get<std::string>().c_str(), nullptr),
                                  std::llround(one["timestamp"].get<double>() * 1000)}});
      }
    }
  }
};

TEST_F(RealExtrasReadBack, OurLeafToARealCentral) {
  const uint16_t port = (*free_ports(1))[0];
  const std::string endpoint = "127.0.0.1:" + std::to_string(port);
  const auto central = start_real(port, "global: {}\n", true);
  ASSERT_NE(central, nullptr);
  ASSERT_TRUE(await([&] { return get(endpoint, "/-/ready", "").response.status == 200; }));
  const auto via = [](const std::string& name) {
    return ", write_relabel_configs: [{target_label: via, replacement: " + name + "}]";
  };
  const std::string url = "http://" + endpoint + "/api/v1/write";
  OurServer leaf(loop_, transport_,
                 scrape_both(instance_) + remote_write(url, url, via("one"), via("two")));
  ASSERT_TRUE(await([&] {
    return target_.scrapes("/pb") > ForeignTarget::kScrapesOfEnding + 2 &&
           target_.scrapes("/om") > ForeignTarget::kScrapesOfEnding + 2;
  }));
  bool stopped = false;
  leaf.server.stop([&stopped] { stopped = true; });
  ASSERT_TRUE(await([&stopped] { return stopped; }));
  for (const auto& remote : leaf.server.remote_storages()) {
    const QueueStats& sent = remote->stats();
    EXPECT_EQ(sent.histograms_total, leaf.server.stats().head_histograms_appended);
    EXPECT_EQ(sent.exemplars_total, leaf.server.stats().exemplars_appended);
    // By its own Written headers in 2.0.
    EXPECT_EQ(
        sent.samples_failed_total + sent.histograms_failed_total + sent.exemplars_failed_total, 0)
        << sent.last_rejection;
  }
  const Seen expected = expected_of_target(instance_);
  for (const char* name : {"one", "two"}) {
    SCOPED_TRACE(name);
    expect_equal(read_back(endpoint, name), expected);
  }
}

}  // namespace
}  // namespace pushpull
