#include "harness/scenario/systems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/scenario/load.h"

namespace pushpull {
namespace {

using testing::HasSubstr;

constexpr const char* kBase =
    "version: 1\n"
    "name: base\n"
    "engine: loopback\n"
    "workload: {}\n"
    "variants:\n"
    "  push: {remote_write: {}}\n";

Result<Scenario> load(const std::string& more, const std::vector<std::string>& settings = {}) {
  Overrides overrides;
  overrides.settings = settings;
  return load_scenario(kBase + more, "s.yaml", overrides);
}

std::string error_of(const std::string& more, const std::vector<std::string>& settings = {}) {
  const Result<Scenario> scenario = load(more, settings);
  return scenario ? "" : scenario.error().message.substr(0, scenario.error().message.find('\n'));
}

TEST(Systems, EachRoleHasItsOwn) {
  const Result<Scenario> s = load("systems: {leaf: vmagent, central: victoriametrics}\n");
  ASSERT_TRUE(s.ok()) << s.error().message;
  EXPECT_EQ(s->systems.leaf, SystemKind::kVmagent);
  EXPECT_EQ(s->systems.central, SystemKind::kVictoriaMetrics);
  EXPECT_EQ(error_of("systems: {leaf: victoriametrics}\n"),
            "s.yaml:7:17: error: systems.leaf: 'victoriametrics' is not one of 'mock', "
            "'prometheus', 'vmagent'");
  EXPECT_EQ(error_of("systems: {central: vmagent}\n"),
            "s.yaml:7:20: error: systems.central: 'vmagent' is not one of 'mock', 'prometheus', "
            "'victoriametrics'; or a receiver that is there already, {url: http://host:port/path}");
}

TEST(Systems, ACentralMayBeSomebodyElses) {
  const Result<Scenario> s = load("systems: {central: {url: 'http://mimir:9009/api/v1/push'}}\n");
  ASSERT_TRUE(s.ok()) << s.error().message;
  EXPECT_EQ(s->systems.central, SystemKind::kUrl);
  EXPECT_EQ(s->systems.receiver.url, "http://mimir:9009/api/v1/push");
  // Written out as it was read.
  const auto json = expanded(*s);
  EXPECT_EQ(json["systems"]["central"]["url"], "http://mimir:9009/api/v1/push");
  EXPECT_EQ(expanded(*load(""))["systems"]["central"], "mock");

  EXPECT_THAT(error_of("systems: {central: {}}\n"), HasSubstr("missing key 'url'"));
  EXPECT_THAT(error_of("systems: {central: {url: 'ftp://x'}}\n"),
              HasSubstr("systems.central.url: "));
  EXPECT_THAT(error_of("systems: {central: {url: 'http://x:1/', path: y}}\n"),
              HasSubstr("unknown key 'path' in systems.central"));
  EXPECT_THAT(error_of("systems: {leaf: {url: 'http://x:1/'}}\n"),
              HasSubstr("systems.leaf: only a central may be somebody else's"));
}

TEST(Systems, RealOnesNeedRealSockets) {
  EXPECT_THAT(error_of("systems: {leaf: vmagent}\n", {"engine=virtual"}),
              HasSubstr("systems.leaf: a real vmagent needs 'engine: loopback'"));
  EXPECT_THAT(error_of("systems: {central: {url: 'http://x:1/'}}\n", {"engine=virtual"}),
              HasSubstr("systems.central: a real receiver needs 'engine: loopback'"));
}

TEST(Systems, ABinaryNeedsItsRole) {
  EXPECT_EQ(error_of("systems: {leaf: vmagent, vmagent_binary: /bin/x}\n"), "");
  EXPECT_THAT(error_of("systems: {leaf: vmagent, victoriametrics_binary: /bin/x}\n"),
              HasSubstr("systems.victoriametrics_binary: has no effect: neither leaf nor central "
                        "is victoriametrics"));
}

TEST(Systems, VmagentHasDefaultsOfItsOwn) {
  const RemoteWriteConfig write =
      load("systems: {leaf: vmagent}\n")->variants[0].second.remote_write->config;
  EXPECT_EQ(write.remote_timeout, Duration::minutes(1));
  EXPECT_EQ(write.queue_config.max_samples_per_send, 10'000);
  EXPECT_EQ(write.queue_config.batch_send_deadline, Duration::seconds(1));
  EXPECT_EQ(write.queue_config.min_shards, 4);
  EXPECT_EQ(write.queue_config.max_shards, 4);
  EXPECT_EQ(load("")->variants[0].second.remote_write->config.queue_config.max_shards, 50);
}

TEST(Systems, WhatVmagentCannotBeToldIsRefused) {
  const std::string vmagent = "systems: {leaf: vmagent}\n";
  const auto error = [&](const std::string& key_and_value) {
    return error_of(vmagent, {"variants.push.remote_write." + key_and_value});
  };
  EXPECT_EQ(error("remote_timeout=10s"), "");
  EXPECT_EQ(error("queue_config={min_shards: 2, max_shards: 2, batch_send_deadline: 3s, "
                  "max_samples_per_send: 500}"),
            "");
  EXPECT_THAT(error("queue_config.max_shards=8"), HasSubstr("vmagent does not reshard"));
  for (const char* key :
       {"capacity=500", "min_backoff=30ms", "max_backoff=5s", "retry_on_http_429=false"}) {
    EXPECT_THAT(error(std::string("queue_config.") + key), HasSubstr("; remove it")) << key;
  }
  for (const std::string key : {"send_exemplars", "send_native_histograms"}) {
    EXPECT_EQ(error(key + "=false"), "");
    EXPECT_THAT(error(key + "=true"), HasSubstr(key + ": vmagent is not told of it here"));
  }
  EXPECT_THAT(error("protobuf_message=io.prometheus.write.v2.Request"),
              HasSubstr("vmagent sends prometheus.WriteRequest only"));
  EXPECT_EQ(error("write_relabel_configs=[{action: labeldrop, regex: job}]"), "");
  EXPECT_THAT(error("write_relabel_configs=[{action: hashmod, source_labels: [instance], "
                    "modulus: 2, target_label: half}]"),
              HasSubstr("write_relabel_configs[0].action: vmagent does not hashmod as Prometheus "
                        "does"));
}

TEST(Systems, VictoriaMetricsIsNotToldOfFormats) {
  const std::string central = "systems: {central: victoriametrics}\n";
  EXPECT_EQ(error_of(central, {"variants.pull={federate: {}}"}), "");
  EXPECT_THAT(
      error_of(central, {"variants.pull={federate: {scrape_protocols: [PrometheusText0.0.4]}}"}),
      HasSubstr("variants.pull.federate.scrape_protocols: VictoriaMetrics does not know"));
}

TEST(Systems, NobodyFetchesFromVmagentNorTellsAStrangerToFetch) {
  const std::vector<std::string> pull = {"variants.pull={federate: {}}"};
  EXPECT_THAT(error_of("systems: {leaf: vmagent}\n", pull),
              HasSubstr("variants.pull.federate: vmagent stores nothing"));
  EXPECT_THAT(error_of("systems: {central: {url: 'http://x:1/'}}\n", pull),
              HasSubstr("variants.pull.federate: a central that is somebody else's cannot"));
  EXPECT_EQ(error_of("systems: {central: victoriametrics}\n", pull), "");
}

TEST(Systems, AStrangerIsOnlyToldOfByALeafOfOurs) {
  EXPECT_THAT(error_of("systems: {leaf: vmagent, central: {url: 'http://x:1/'}}\n"),
              HasSubstr("systems.leaf: with a central that is somebody else's only 'mock'"));
}

TEST(Systems, FaultsBefallOnlyWhatIsOurs) {
  const auto error = [](const std::string& central, const std::string& fault) {
    return error_of("timeline: [{name: f, at: 10s, for: 5s, fault: " + fault + "}]\n",
                    {"systems.central=" + central});
  };
  const std::string slow = "slow_receiver, per_request: 1s";
  EXPECT_EQ(error("mock", slow), "");
  EXPECT_THAT(error("prometheus", slow),
              HasSubstr("timeline[0].fault: a real central cannot be told to be slow: use "
                        "'central: mock', or 'fault: pause'"));
  EXPECT_THAT(error("victoriametrics", slow), HasSubstr("cannot be told to be slow"));
  for (const char* fault : {"central_down", "central_restart", "pause, role: central"}) {
    EXPECT_EQ(error("victoriametrics", fault), "");
    EXPECT_THAT(error("{url: 'http://x:1/'}", fault), HasSubstr("neither stopped nor paused"));
  }
  for (const char* fault : {"link_down", "leaf_restart", "pause, role: leaf"})
    EXPECT_EQ(error("{url: 'http://x:1/'}", fault), "");
}

}  // namespace
}  // namespace pushpull
