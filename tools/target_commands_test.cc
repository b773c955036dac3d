#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/scrape/schedule.h"
#include "tools/commands.h"
#include "tools/paths.h"

namespace pushpull {
namespace {

TEST(TargetsCommand, WritesWhatFileSdReads) {
  TargetsOptions options;
  options.workload = {.leaves = 2, .targets = 3, .series = 30, .seed = 7};
  options.leaf = 1;
  options.address = "127.0.0.1:9105";
  testing::internal::CaptureStdout();
  EXPECT_EQ(targets_command(options), 0);
  const auto groups = nlohmann::json::parse(testing::internal::GetCapturedStdout());
  const Workload workload = Workload::make(options.workload).value();
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0]["targets"][0], "127.0.0.1:9105");
  EXPECT_EQ(groups[0]["labels"]["__metrics_path__"], "/t/3/metrics") << "the second leaf's first";
  EXPECT_EQ(groups[0]["labels"]["instance"],
            std::string(workload.targets_of(1)[0].target_labels().get("instance")));
}

TEST(PhasesCommand, SaysWhenEachTargetIsScraped) {
  PhasesOptions options;
  options.config_file =
      testing::TempDir() + "phases_command_test." + std::to_string(getpid()) + ".yml";
  options.host_name = "here";
  ASSERT_TRUE(write_file(options.config_file,
                         "scrape_configs:\n"
                         "  - {job_name: j, scrape_interval: 15s,\n"
                         "     static_configs: [{targets: ['a:1'], labels: {__param_x: '7'}}]}\n"));
  testing::internal::CaptureStdout();
  EXPECT_EQ(phases_command(options), 0);
  std::istringstream line(testing::internal::GetCapturedStdout());
  std::remove(options.config_file.c_str());
  int64_t phase = -1;
  int64_t interval = 0;
  std::string url;
  line >> phase >> interval >> url;
  const std::string expected = "http://a:1/metrics?x=7";
  EXPECT_EQ(url, expected);
  EXPECT_EQ(interval, 15'000'000'000);
  const Labels identity = {{"__address__", "a:1"},
                           {"__metrics_path__", "/metrics"},
                           {"__param_x", "7"},
                           {"__scheme__", "http"},
                           {"__scrape_interval__", "15s"},
                           {"__scrape_timeout__", "10s"},
                           {"instance", "a:1"},
                           {"job", "j"}};
  EXPECT_EQ(phase, scrape_offset(target_hash(identity, expected, LabelBytes::kWide),
                                 scrape_seed("here", {}), Duration::seconds(15))
                       .ns());
}

TEST(PhasesCommand, SaysWhatIsWrong) {
  PhasesOptions options;
  options.config_file = "/no/such/file.yml";
  testing::internal::CaptureStderr();
  EXPECT_EQ(phases_command(options), 2);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("/no/such/file.yml"), std::string::npos);
}

}  // namespace
}  // namespace pushpull
