#include "harness/prometheus/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushpull {
namespace {

const ReleaseProfile kRelease = *release_profile("3.5");

std::string first_error(const std::string& text) {
  const Result<LoadedConfig> loaded = load_config(text, "p.yml", kRelease);
  if (loaded) return "";
  return loaded.error().message.substr(0, loaded.error().message.find('\n'));
}

TEST(PrometheusConfig, AnEmptyFileHasPrometheusDefaults) {
  const Result<LoadedConfig> loaded = load_config("", "p.yml", kRelease);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->config.global.scrape_interval, Duration::minutes(1));
  EXPECT_EQ(loaded->config.global.scrape_timeout, Duration::seconds(10));
  EXPECT_TRUE(loaded->config.scrape_configs.empty());
}

TEST(PrometheusConfig, EntriesTakeTheGlobalIntervalAndTimeout) {
  const Result<LoadedConfig> loaded = load_config(
      "global: {scrape_interval: 5s, external_labels: {dc: a}}\n"
      "scrape_configs:\n"
      "- job_name: one\n"
      "- {job_name: two, scrape_interval: 2s}\n"
      "- {job_name: three, scrape_interval: 30s}\n",
      "p.yml", kRelease);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const PrometheusConfig& config = loaded->config;
  EXPECT_EQ(config.global.scrape_timeout, Duration::seconds(5));  // min(10s, interval)
  EXPECT_EQ(config.scrape_configs[0].scrape_interval, Duration::seconds(5));
  EXPECT_EQ(config.scrape_configs[0].scrape_timeout, Duration::seconds(5));
  EXPECT_EQ(config.scrape_configs[1].scrape_timeout, Duration::seconds(2));
  EXPECT_EQ(config.scrape_configs[2].scrape_timeout, Duration::seconds(5));
  EXPECT_THAT(config.global.external_labels, testing::ElementsAre(testing::Pair("dc", "a")));
}

TEST(PrometheusConfig, ListsIgnoredKeysOnce) {
  const Result<LoadedConfig> loaded = load_config(
      "global: {evaluation_interval: 1m}\n"
      "rule_files: [a.rules, b.rules]\n"
      "alerting: {alertmanagers: [{static_configs: [{targets: ['x:9093']}]}]}\n"
      "storage: {exemplars: {max_exemplars: 5}}\n",
      "p.yml", kRelease);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_THAT(loaded->ignored,
              testing::ElementsAre("global.evaluation_interval", "rule_files", "alerting"));
  EXPECT_EQ(loaded->config.max_exemplars, 5);
}

TEST(PrometheusConfig, FormatsOfAllJobsOrOfOne) {
  const std::string text =
      "global: {scrape_protocols: [PrometheusText0.0.4]}\n"
      "scrape_configs:\n"
      "- {job_name: one}\n"
      "- {job_name: two, scrape_protocols: [PrometheusProto, OpenMetricsText1.0.0]}\n";
  const Result<LoadedConfig> loaded = load_config(text, "p.yml", kRelease);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const auto& jobs = loaded->config.scrape_configs;
  EXPECT_THAT(jobs[0].scrape_protocols, testing::ElementsAre("PrometheusText0.0.4"));
  EXPECT_THAT(jobs[1].scrape_protocols,
              testing::ElementsAre("PrometheusProto", "OpenMetricsText1.0.0"));
  EXPECT_EQ(jobs[0].scrape_native_histograms, std::nullopt);
  EXPECT_FALSE(load_config("global: {scrape_protocols: [Json]}\n", "p.yml", kRelease).ok());
}

TEST(PrometheusConfig, NativeHistogramsAreAKeySince38) {
  const std::string text =
      "global: {scrape_native_histograms: true}\n"
      "scrape_configs: [{job_name: one}, {job_name: two, scrape_native_histograms: false}]\n";
  EXPECT_FALSE(load_config(text, "p.yml", kRelease).ok());
  const Result<LoadedConfig> loaded = load_config(text, "p.yml", release_profile("3.8").value());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->config.scrape_configs[0].scrape_native_histograms, true);
  EXPECT_EQ(loaded->config.scrape_configs[1].scrape_native_histograms, false);
}

TEST(PrometheusConfig, ReportsAllMistakesAtOnce) {
  const Result<LoadedConfig> loaded = load_config(
      "global:\n"
      "  scrape_intervall: 15s\n"
      "scrape_configs:\n"
      "  - job_name: a\n"
      "    scrape_timeout: 2m\n"
      "  - job_name: a\n"
      "    scheme: https\n"
      "remote_write:\n"
      "  - queue_config: {max_shard: 5}\n"
      "storage:\n"
      "  tsdb: {out_of_order_time_window: 5m}\n",
      "p.yml", kRelease);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().message,
            "p.yml:2:3: error: unknown key 'scrape_intervall' in global; did you mean "
            "'scrape_interval'?\n"
            "    scrape_intervall: 15s\n"
            "    ^\n"
            "p.yml:5:21: error: scrape_configs[0].scrape_timeout: longer than the "
            "scrape_interval: lower it\n"
            "      scrape_timeout: 2m\n"
            "                      ^\n"
            "p.yml:6:15: error: scrape_configs[1].job_name: 'a' is taken\n"
            "    - job_name: a\n"
            "                ^\n"
            "p.yml:7:13: error: scrape_configs[1].scheme: 'https' is not 'http'; TLS is not "
            "supported\n"
            "      scheme: https\n"
            "              ^\n"
            "p.yml:9:5: error: remote_write[0]: missing key 'url' (where to send)\n"
            "    - queue_config: {max_shard: 5}\n"
            "      ^\n"
            "p.yml:9:20: error: unknown key 'max_shard' in remote_write[0].queue_config; did you "
            "mean 'max_shards'?\n"
            "    - queue_config: {max_shard: 5}\n"
            "                     ^\n"
            "p.yml:11:10: error: storage.tsdb.out_of_order_time_window: samples are only taken in "
            "order\n"
            "    tsdb: {out_of_order_time_window: 5m}\n"
            "           ^");
}

TEST(PrometheusConfig, QueuesTakeTheDefaultsOfTheRelease) {
  const std::string text = "remote_write: [{url: 'http://a:1/w', queue_config: {capacity: 7}}]\n";
  const Result<LoadedConfig> old = load_config(text, "p.yml", *release_profile("2.42"));
  ASSERT_TRUE(old.ok()) << old.error().message;
  EXPECT_EQ(old->config.remote_write[0].queue_config.capacity, 7);
  EXPECT_EQ(old->config.remote_write[0].queue_config.max_samples_per_send, 500);
  EXPECT_EQ(old->config.remote_write[0].queue_config.max_shards, 200);
}

TEST(PrometheusConfig, DestinationsMayNotShareAName) {
  EXPECT_EQ(first_error("remote_write:\n"
                        "- {url: 'http://a/w', name: x}\n"
                        "- {url: 'http://b/w', name: x}\n"),
            "p.yml:3:29: error: remote_write[1].name: found multiple remote write configs with job "
            "name \"x\"");
}

TEST(PrometheusConfig, NoTwoDestinationsAreTheSame) {
  EXPECT_THAT(first_error("remote_write:\n"
                          "- {url: 'http://a/w'}\n"
                          "- {url: 'http://a/w', remote_timeout: 30s}\n"),
              testing::HasSubstr("remote_write[1]: duplicate remote write configs are not allowed, "
                                 "found duplicate for URL: http://a/w"));
  EXPECT_THAT(first_error("remote_write:\n"
                          "- {url: 'http://a/w', basic_auth: {password: a}}\n"
                          "- {url: 'http://a/w', basic_auth: {password: b}}\n"),
              testing::HasSubstr("duplicate remote write configs"))
      << "secrets do not count";
  EXPECT_EQ(first_error("remote_write: [{url: 'http://a/w'}, {url: 'http://a/w', name: b}]\n"), "");
}

TEST(PrometheusConfig, FilesAreMeantFromItsFolder) {
  const Result<LoadedConfig> loaded =
      load_config("remote_write: [{url: 'http://a/w', basic_auth: {password_file: p}}]\n",
                  "/etc/x/p.yml", kRelease);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->config.remote_write[0].http_client.basic_auth->password_file, "/etc/x/p");
}

PrometheusConfig full_config() {
  PrometheusConfig config;
  config.global.scrape_interval = Duration::seconds(15);
  config.global.external_labels = {{"leaf", "0"}};
  ScrapeConfig scrape;
  scrape.job_name = "federate";
  scrape.params = {{"match[]", {"{job=~\".+\"}"}}};
  scrape.static_configs = {{{"127.0.0.1:9090"}, {{"__metrics_path__", "/t/0/metrics"}}}};
  config.scrape_configs = {scrape};
  RemoteWriteConfig write;
  write.url = "http://127.0.0.1:9091/api/v1/write";
  config.remote_write = {write};
  return config;
}

TEST(PrometheusConfig, WritesEveryDefaultThatAllReleasesKnow) {
  const std::string text = to_yaml(full_config());
  EXPECT_THAT(text, testing::StartsWith("global:\n"
                                        "  scrape_interval: 15s\n"
                                        "  scrape_timeout: 10s\n"
                                        "  external_labels:\n"
                                        "    leaf: \"0\"\n"
                                        "scrape_configs:\n"
                                        "  - job_name: federate\n"));
  EXPECT_THAT(text, testing::HasSubstr("      max_samples_per_send: 2000\n"));
  EXPECT_THAT(text, testing::HasSubstr("      capacity: 10000\n"));
  EXPECT_THAT(text, testing::HasSubstr("honor_timestamps: true\n"));
  // Keys that came after 2.42.
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("enable_compression")));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("protobuf_message")));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("scrape_protocols")));
}

TEST(PrometheusConfig, VictoriaMetricsReadsTheScrapingPartInItsOwnWords) {
  PrometheusConfig config = full_config();
  const std::string text = to_promscrape_yaml(config);
  EXPECT_THAT(text, testing::HasSubstr("  external_labels:\n    leaf: \"0\"\n"));
  EXPECT_THAT(text, testing::HasSubstr("honor_timestamps: true\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("remote_write")));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("compression")));
  config.scrape_configs[0].enable_compression = false;
  EXPECT_THAT(to_promscrape_yaml(config), testing::HasSubstr("disable_compression: true\n"));
  EXPECT_THAT(to_promscrape_yaml(config), testing::Not(testing::HasSubstr("enable_compression")));
}

TEST(PrometheusConfig, AProcessGetsItsSecrets) {
  PrometheusConfig config = full_config();
  config.remote_write[0].http_client.authorization = Authorization{"Bearer", Secret("abc"), ""};
  EXPECT_THAT(to_yaml(config), testing::HasSubstr("      credentials: abc\n"));
}

TEST(PrometheusConfig, WhatItWritesItReadsBack) {
  PrometheusConfig config = full_config();
  config.scrape_configs[0].enable_compression = false;
  const std::string text = to_yaml(config);
  const Result<LoadedConfig> loaded = load_config(text, "p.yml", kRelease);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(to_yaml(loaded->config), text);
  EXPECT_FALSE(loaded->config.scrape_configs[0].enable_compression);
}

}  // namespace
}  // namespace pushpull
