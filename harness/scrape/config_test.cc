#include "harness/scrape/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/yaml/parser.h"

namespace pushpull {
namespace {

// The whole report, or "" where the entry is fine.
std::string read(const std::string& text, ScrapeConfig& config) {
  yaml::Diagnostics diagnostics;
  const auto source = std::make_shared<const yaml::Source>(yaml::Source{"f", text});
  const auto root = yaml::parse_document(source, diagnostics);
  if (root) yaml::parse(*root, config, diagnostics);
  return diagnostics.to_string();
}

std::string first_error(const std::string& text) {
  ScrapeConfig config;
  const std::string report = read(text, config);
  return report.substr(0, report.find('\n'));
}

TEST(ScrapeConfig, ReadsAnEntryOfPrometheus) {
  ScrapeConfig config;
  ASSERT_EQ(read("job_name: federate\n"
                 "honor_labels: true\n"
                 "metrics_path: /federate\n"
                 "params:\n"
                 "  'match[]': ['{job=\"a\"}', up]\n"
                 "scrape_interval: 15s\n"
                 "static_configs:\n"
                 "- targets: ['127.0.0.1:9090']\n"
                 "  labels: {__metrics_path__: /t/1/metrics, zone: a}\n",
                 config),
            "");
  EXPECT_EQ(config.job_name, "federate");
  EXPECT_TRUE(config.honor_labels);
  EXPECT_TRUE(config.honor_timestamps);
  EXPECT_EQ(config.scrape_interval, Duration::seconds(15));
  EXPECT_EQ(config.scrape_timeout, Duration::seconds(10));
  EXPECT_THAT(config.params, testing::ElementsAre(testing::Pair(
                                 "match[]", testing::ElementsAre("{job=\"a\"}", "up"))));
  ASSERT_EQ(config.static_configs.size(), 1u);
  EXPECT_THAT(config.static_configs[0].targets, testing::ElementsAre("127.0.0.1:9090"));
  EXPECT_THAT(config.static_configs[0].labels,
              testing::ElementsAre(testing::Pair("__metrics_path__", "/t/1/metrics"),
                                   testing::Pair("zone", "a")));
}

TEST(ScrapeConfig, AnAbsentTimeoutIsCutToTheInterval) {
  ScrapeConfig config;
  ASSERT_EQ(read("{job_name: a, scrape_interval: 2s}", config), "");
  EXPECT_EQ(config.scrape_timeout, Duration::seconds(2));
}

TEST(ScrapeConfig, AGivenTimeoutMayNotExceedTheInterval) {
  EXPECT_EQ(first_error("job_name: a\nscrape_interval: 2s\nscrape_timeout: 3s\n"),
            "f:3:17: error: scrape_timeout: longer than the scrape_interval: lower it");
}

TEST(ScrapeConfig, DurationsAreWholeMilliseconds) {
  EXPECT_EQ(first_error("job_name: a\nscrape_interval: 1s500us\n"),
            "f:2:18: error: scrape_interval: must be whole milliseconds");
}

TEST(ScrapeConfig, TargetsHaveNoPath) {
  EXPECT_EQ(first_error("job_name: a\nstatic_configs: [{targets: ['a:1', 'http://b:2/x']}]\n"),
            "f:2:36: error: static_configs[0].targets[1]: 'http://b:2/x' is not host:port: paths "
            "go to metrics_path or __metrics_path__");
}

TEST(ScrapeConfig, WhatWouldChangeTheSamplesIsRefusedAtItsLine) {
  EXPECT_EQ(first_error("job_name: a\nscheme: https\n"),
            "f:2:9: error: scheme: 'https' is not 'http'; TLS is not supported");
  EXPECT_EQ(first_error("job_name: a\nsample_limit: 10\n"),
            "f:2:1: error: sample_limit: limits are not implemented");
  EXPECT_EQ(first_error("job_name: a\nkubernetes_sd_configs: []\n"),
            "f:2:1: error: kubernetes_sd_configs: service discovery is not implemented: list the "
            "targets in static_configs");
  EXPECT_EQ(first_error("job_name: a\nmetric_relabel_configs: []\n"),
            "f:2:1: error: metric_relabel_configs: relabelling is not implemented");
}

TEST(ScrapeConfig, TheJobNeedsAName) {
  EXPECT_EQ(first_error("{scrape_interval: 1s}"),
            "f:1:1: error: missing key 'job_name' (value of the label job)");
}

}  // namespace
}  // namespace pushpull
