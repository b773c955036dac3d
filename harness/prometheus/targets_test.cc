#include "harness/prometheus/targets.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

PrometheusConfig config_with(StaticConfig group) {
  PrometheusConfig config;
  ScrapeConfig entry;
  entry.job_name = "bench";
  entry.scrape_interval = Duration::seconds(15);
  entry.static_configs.push_back(std::move(group));
  config.scrape_configs.push_back(std::move(entry));
  return config;
}

TEST(ScrapeTargets, HaveJobAndInstance) {
  const auto targets = scrape_targets(config_with({{"a:1", "b:2"}, {{"zone", "z1"}}}));
  ASSERT_EQ(targets.size(), 2u);
  EXPECT_EQ(targets[1].endpoint, "b:2");
  EXPECT_EQ(targets[1].path, "/metrics");
  EXPECT_EQ(targets[1].labels.to_string(), "{instance=\"b:2\",job=\"bench\",zone=\"z1\"}");
  EXPECT_EQ(targets[1].interval, Duration::seconds(15));
}

TEST(ScrapeTargets, StaticLabelsMaySetPathInstanceAndJob) {
  const auto targets = scrape_targets(config_with(
      {{"a:1"}, {{"__metrics_path__", "/t/7/metrics"}, {"instance", "pod-7"}, {"job", "other"}}}));
  EXPECT_EQ(targets[0].path, "/t/7/metrics");
  EXPECT_EQ(targets[0].labels.to_string(), "{instance=\"pod-7\",job=\"other\"}");
  EXPECT_NE(targets[0].identity.get("__metrics_path__"), "");
}

TEST(ScrapeTargets, FederateParamsAreEncodedInTheQuery) {
  PrometheusConfig config = config_with({{"leaf:9090"}, {}});
  config.scrape_configs[0].metrics_path = "/federate";
  config.scrape_configs[0].params = {{"match[]", {"{job=\"a\"}", "up"}}};
  const auto targets = scrape_targets(config);
  EXPECT_EQ(query_values(targets[0].query, "match[]"),
            (std::vector<std::string>{"{job=\"a\"}", "up"}));
  EXPECT_EQ(targets[0].parse_work, Work::Kind::kFederateParse);
}

TEST(ScrapeTargets, ParamLabelsAreParamsAsWell) {
  PrometheusConfig config = config_with({{"a:1"}, {{"__param_b", "label"}, {"__param_z", "new"}}});
  config.scrape_configs[0].params = {{"c", {"x"}}, {"b", {"first", "second"}}};
  const auto targets = scrape_targets(config);
  EXPECT_EQ(targets[0].query, "b=label&b=second&c=x&z=new");
  EXPECT_FALSE(targets[0].labels.has("__param_z"));
}

}  // namespace
}  // namespace pushpull
