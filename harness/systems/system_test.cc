#include "harness/systems/system.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/systems/mock_system.h"
#include "harness/systems/prometheus_system.h"

namespace pushpull {
namespace {

bool has(const std::vector<std::string>& argv, const std::string& flag) {
  return std::ranges::find(argv, flag) != argv.end();
}

ServerLaunch launch() {
  ServerLaunch spec;
  spec.name = "leaf-0";
  spec.config_file = "/tmp/prometheus.yml";
  spec.port = 9091;
  spec.data = "/tmp/data";
  spec.journal = "/tmp/leaf-0.journal";
  spec.receiver = true;
  spec.workload = WorkloadSpec{.leaves = 1, .targets = 2, .series = 30, .seed = 7};
  return spec;
}

TEST(MockSystem, StartsThisBinaryAsPrometheus) {
  const auto system = std::move(*MockSystem::make("3.5", "/bin/pushpull"));
  const std::vector<std::string> argv = system->argv(launch());
  EXPECT_EQ(argv[0], "/bin/pushpull");
  EXPECT_EQ(argv[1], "prometheus");
  EXPECT_TRUE(has(argv, "--web.listen-address=127.0.0.1:9091"));
  EXPECT_TRUE(has(argv, "--web.enable-remote-write-receiver"));
  EXPECT_TRUE(has(argv, "--series=30"));
  EXPECT_FALSE(has(argv, "--journal-acknowledged"));
  EXPECT_EQ(system->name(), "mock 3.5");
  EXPECT_FALSE(MockSystem::make("1.8", "").ok());
}

TEST(PrometheusVersion, ReadsBothGenerationsAndRefusesOthers) {
  EXPECT_EQ(
      *prometheus_version(
          "prometheus, version 2.42.0+ds (branch: debian/sid, revision: 2)\n  build user: x\n"),
      "2.42.0+ds");
  EXPECT_EQ(*prometheus_version("prometheus, version 3.5.3 (branch: HEAD)\n"), "3.5.3");
  EXPECT_FALSE(prometheus_version("sh: 1: nothing: not found\n").ok());
}

TEST(PrometheusSystem, AMissingBinaryNamesTheWayOut) {
  const auto system = PrometheusSystem::make("/no/such/prometheus");
  ASSERT_FALSE(system.ok());
  EXPECT_NE(system.error().message.find("tools/servers"), std::string::npos);
}

}  // namespace
}  // namespace pushpull
