#include "harness/run/cluster_config.h"

#include <gtest/gtest.h>

#include "harness/prometheus/targets.h"

namespace pushpull {
namespace {

class ClusterConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    scenario_.workload.scrape_interval = Duration::seconds(15);
    push_.remote_write.emplace();
    pull_.federate.emplace();
    pull_.federate->config.metrics_path = "/federate";
    pull_.federate->config.honor_labels = true;
  }
  Scenario scenario_;
  Variant push_;
  Variant pull_;
  Workload workload_ = Workload::make({.leaves = 2, .targets = 3, .series = 30, .seed = 1}).value();
  ClusterAddresses addresses_ = {{"t0:1", "t1:1"}, {"l0:2", "l1:2"}, "central:3"};
};

TEST_F(ClusterConfigTest, ALeafScrapesItsTargetsUnderTheGeneratorsLabels) {
  const auto targets = scrape_targets(leaf_config(scenario_, push_, workload_, 1, addresses_));
  ASSERT_EQ(targets.size(), 3u);
  for (uint32_t i = 0; i < 3; ++i) {
    const Target& generator = workload_.targets_of(1)[i];
    EXPECT_EQ(targets[i].endpoint, "t1:1");
    EXPECT_EQ(targets[i].path, generator.path());
    EXPECT_EQ(targets[i].labels, generator.target_labels());
    EXPECT_EQ(targets[i].interval, Duration::seconds(15));
  }
}

TEST_F(ClusterConfigTest, PushWritesToTheCentralAndPullDoesNot) {
  const PrometheusConfig push = leaf_config(scenario_, push_, workload_, 0, addresses_);
  ASSERT_EQ(push.remote_write.size(), 1u);
  EXPECT_EQ(push.remote_write[0].url, "http://central:3/api/v1/write");
  addresses_.write_path = "/api/v1/push";
  EXPECT_EQ(leaf_config(scenario_, push_, workload_, 0, addresses_).remote_write[0].url,
            "http://central:3/api/v1/push");
  EXPECT_TRUE(leaf_config(scenario_, pull_, workload_, 0, addresses_).remote_write.empty());
  EXPECT_TRUE(central_config(scenario_, push_, addresses_).scrape_configs.empty());
}

TEST_F(ClusterConfigTest, ThePullingCentralFetchesEveryLeaf) {
  const auto targets = scrape_targets(central_config(scenario_, pull_, addresses_));
  ASSERT_EQ(targets.size(), 2u);
  EXPECT_EQ(targets[1].endpoint, "l1:2");
  EXPECT_EQ(targets[1].path, "/federate");
  EXPECT_TRUE(targets[1].honor_labels);
}

TEST_F(ClusterConfigTest, LeavesDifferInTheirExternalLabels) {
  EXPECT_NE(leaf_config(scenario_, push_, workload_, 0, addresses_).global.external_labels,
            leaf_config(scenario_, push_, workload_, 1, addresses_).global.external_labels);
}

}  // namespace
}  // namespace pushpull
