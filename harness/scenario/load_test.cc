#include "harness/scenario/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/scenario/calibration.h"
#include "harness/yaml/document.h"
#include "harness/yaml/dumper.h"

namespace pushpull {
namespace {

const std::filesystem::path kScenarios = PUSHPULL_SCENARIOS;

std::string shipped(const std::string& name) {
  return *yaml::read_text_file((kScenarios / name).string());
}

TEST(LoadScenario, ReportsEveryMistakeAtOnce) {
  const std::string text = R"(version: 1
name: Bad Name
engine: virtal
workload:
  targets: 200
  series: 100
  scrape_interval: 15
  types: {counter: 1}
links:
  wan: {rtt: 80ms, bandwidth: 200Mb}
link: wann
variants:
  push:
    remote_write:
      queue_config: {max_shard: 5, min_shards: 0}
  pull:
    federate: {scrape_interval: 15s, scrape_timeout: 20s}
  pull:
    federate: {}
baseline: none
phases: {warmup: 1s, measure: 5m}
timeline:
  - {name: outage, at: 4m, for: 2m, fault: link_down}
  - {name: noise, at: 1m, for: 1m, fault: sunspots}
)";
  const Result<Scenario> scenario = load_scenario(text, "bad.yaml");
  ASSERT_FALSE(scenario.ok());
  EXPECT_EQ(scenario.error().message,
            R"(bad.yaml:2:7: error: name: a name has 1 to 64 of a-z, 0-9, '_' and '-'
  name: Bad Name
        ^
bad.yaml:3:9: error: engine: 'virtal' is not one of 'virtual', 'loopback'
  engine: virtal
          ^
bad.yaml:6:11: error: workload.series: fewer than targets (200): each needs one
    series: 100
            ^
bad.yaml:7:20: error: workload.scrape_interval: duration '15' needs a unit; did you mean '15s'?
    scrape_interval: 15
                     ^
bad.yaml:8:3: error: workload.types: not evaluated yet: refused rather than ignored
    types: {counter: 1}
    ^
bad.yaml:10:31: error: links.wan.bandwidth: unknown unit 'Mb' in bandwidth '200Mb' (use bit/s, kbit/s, Mbit/s, Gbit/s)
    wan: {rtt: 80ms, bandwidth: 200Mb}
                                ^
bad.yaml:11:7: error: link: no link 'wann' in links; did you mean 'wan'?
  link: wann
        ^
bad.yaml:15:22: error: unknown key 'max_shard' in variants.push.remote_write.queue_config; did you mean 'max_shards'?
        queue_config: {max_shard: 5, min_shards: 0}
                       ^
bad.yaml:15:48: error: variants.push.remote_write.queue_config.min_shards: '0' is below the minimum of 1
        queue_config: {max_shard: 5, min_shards: 0}
                                                 ^
bad.yaml:17:54: error: variants.pull.federate.scrape_timeout: longer than the scrape_interval: lower it
      federate: {scrape_interval: 15s, scrape_timeout: 20s}
                                                       ^
bad.yaml:18:3: error: duplicate key 'pull' (first given in line 16)
    pull:
    ^
bad.yaml:20:11: error: baseline: no variant 'none' (known: push, pull)
  baseline: none
            ^
bad.yaml:21:18: error: phases.warmup: shorter than two intervals of the slowest scrape (15s)
  phases: {warmup: 1s, measure: 5m}
                   ^
bad.yaml:23:33: error: timeline[0].for: ends after the measure phase of 5m
    - {name: outage, at: 4m, for: 2m, fault: link_down}
                                  ^
bad.yaml:24:43: error: timeline[1].fault: 'sunspots' is not one of 'link_down', 'blackhole', 'reset', 'latency', 'bandwidth', 'packet_loss', 'http_status', 'central_down', 'central_restart', 'leaf_restart', 'slow_receiver', 'target_down', 'pause'; faults of disks and clocks (disk_full, clock_step) are refused: a run neither owns the disk and the clock of a real server, nor do mocks model theirs
    - {name: noise, at: 1m, for: 1m, fault: sunspots}
                                            ^)");
}

TEST(LoadScenario, AnUnknownVersionIsTheOnlyComplaint) {
  EXPECT_EQ(load_scenario("version: 2\nnonsense: 1\n", "s.yaml").error().message,
            "s.yaml:1:10: error: version: this pushpull reads version 1 of the format only\n"
            "  version: 2\n"
            "           ^");
}

TEST(LoadScenario, AnEmptyFileMissesWhatIsRequired) {
  const Result<Scenario> scenario = load_scenario("", "s.yaml");
  ASSERT_FALSE(scenario.ok());
  for (const char* key : {"version", "name", "workload", "variants"}) {
    EXPECT_THAT(scenario.error().message,
                testing::HasSubstr(std::string("s.yaml:1:1: error: missing key '") + key + "'"));
  }
}

constexpr const char* kProfiles =
    "version: 1\n"
    "name: p\n"
    "workload: {series: 50k}\n"
    "variants: {push: {remote_write: {}}}\n"
    "timeline: [{name: a, at: 0s, for: 1m, fault: link_down}]\n"
    "profiles:\n"
    "  small: {workload: {series: 1k}, timeline: []}\n";

TEST(LoadScenario, AProfileMergesMapsAndReplacesLists) {
  EXPECT_EQ(load_scenario(kProfiles, "s.yaml")->workload.series, 50'000);
  Overrides overrides;
  overrides.profile = "small";
  const Scenario small = *load_scenario(kProfiles, "s.yaml", overrides);
  EXPECT_EQ(small.workload.series, 1000);
  EXPECT_EQ(small.workload.targets, 10);
  EXPECT_TRUE(small.timeline.empty());
}

TEST(LoadScenario, SettingsComeAfterTheProfileAndOptionsLast) {
  Overrides overrides;
  overrides.profile = "small";
  overrides.settings = {"workload.series=2k", "seed=1"};
  overrides.engine = "loopback";
  overrides.seed = 9;
  const Scenario s = *load_scenario(kProfiles, "s.yaml", overrides);
  EXPECT_EQ(s.workload.series, 2000);
  EXPECT_EQ(s.engine, Engine::kLoopback);
  EXPECT_EQ(s.seed, 9);
}

TEST(LoadScenario, ErrorsOfOptionsAreNamedAfterThem) {
  Overrides overrides;
  overrides.profile = "smal";
  overrides.settings = {"workload.seriez=2k", "nothing"};
  overrides.engine = "warp";
  overrides.seed = -1;
  EXPECT_EQ(load_scenario(kProfiles, "s.yaml", overrides).error().message,
            "--profile smal: error: the scenario has no such profile; did you mean 'small'?\n"
            "--set workload.seriez: error: unknown key 'seriez' in workload; did you mean "
            "'series'?\n"
            "--set nothing: error: --set 'nothing' needs path=value, for example --set "
            "workload.series=10k\n"
            "--engine warp: error: engine: 'warp' is not one of 'virtual', 'loopback'\n"
            "--seed -1: error: seed: '-1' is below the minimum of 0");
}

TEST(LoadScenario, ProfilesAreCheckedEvenWhenNotChosen) {
  const std::string text = std::string(kProfiles) + "  broken: {workload: {seriez: 1}}\n  odd: 3\n";
  EXPECT_EQ(load_scenario(text, "s.yaml").error().message,
            "s.yaml:8:23: error: unknown key 'seriez' in workload; did you mean 'series'?\n"
            "    broken: {workload: {seriez: 1}}\n"
            "                        ^\n"
            "s.yaml:9:8: error: profiles.odd: expected a map\n"
            "    odd: 3\n"
            "         ^");
}

TEST(LoadScenario, ListsKeysOfPrometheusThatChangeNothing) {
  Overrides overrides;
  overrides.settings = {"variants.push.remote_write.follow_redirects=true"};
  EXPECT_THAT(load_scenario(kProfiles, "s.yaml", overrides)->ignored_keys,
              testing::ElementsAre("variants.push.remote_write.follow_redirects"));
}

// What a scenario's remote_write says to a server about credentials.
std::string error_of_push(const std::string& entry) {
  const Result<Scenario> scenario = load_scenario(
      "version: 1\nname: p\nworkload: {series: 1k}\nvariants: {push: {remote_write: " + entry +
          "}}\n",
      "s.yaml");
  return scenario ? "" : scenario.error().message;
}

TEST(LoadScenario, SecretsStayInTheirFiles) {
  for (const char* entry : {"{basic_auth: {password: hunter2}}", "{bearer_token: hunter2}",
                            "{authorization: {credentials: hunter2}}"}) {
    const std::string error = error_of_push(entry);
    EXPECT_THAT(error, testing::HasSubstr("copied into its results: name a file instead")) << entry;
    EXPECT_THAT(error, testing::Not(testing::HasSubstr("hunter2")));
  }
  EXPECT_EQ(error_of_push("{basic_auth: {username: a, password_file: b}, headers: {a: b}}"), "");
  EXPECT_THAT(error_of_push("{tls_config: {}}"),
              testing::HasSubstr("a run's addresses are http://"));
  Overrides overrides;
  overrides.settings = {"variants.push.remote_write.bearer_token=hunter2"};
  EXPECT_THAT(load_scenario(kProfiles, "s.yaml", overrides).error().message,
              testing::AllOf(testing::HasSubstr("name a file"),
                             testing::Not(testing::HasSubstr("hunter2"))));
}

TEST(LoadScenario, FilesAreMeantFromTheScenariosFolder) {
  const Scenario scenario = *load_scenario(
      "version: 1\nname: p\nworkload: {series: 1k}\n"
      "variants: {push: {remote_write: {bearer_token_file: t}}}\n",
      "/etc/x/s.yaml");
  EXPECT_EQ(
      scenario.variants[0].second.remote_write->config.http_client.authorization->credentials_file,
      "/etc/x/t");
}

TEST(Expanded, ReadsBackToTheSameScenario) {
  const Scenario scenario = *load_scenario(shipped("quickstart.yaml"), "quickstart.yaml");
  const nlohmann::ordered_json json = expanded(scenario);
  EXPECT_EQ(json["variants"]["push-default"]["remote_write"]["queue_config"]["capacity"], 10'000);
  EXPECT_EQ(json["workload"]["series"], 100'000);
  const Result<Scenario> again = load_scenario(yaml::to_yaml(json), "expanded.yaml");
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(expanded(*again).dump(), json.dump());
}

TEST(ScenarioHash, IsThatOfTheText) {
  EXPECT_EQ(scenario_hash(""), "99aa06d3014798d86001c324468d497f");  // XXH3-128 of nothing
  EXPECT_NE(scenario_hash("a"), scenario_hash("b"));
}

// Every file that is shipped loads, with each of its profiles and its calibration.
TEST(ShippedScenarios, AreValid) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kScenarios)) {
    if (entry.path().extension() != ".yaml") continue;
    SCOPED_TRACE(entry.path().filename());
    ++files;
    Overrides smoke;
    smoke.profile = "smoke";
    const std::string path = entry.path().string();
    const Result<Scenario> scenario = load_scenario(*yaml::read_text_file(path), path, smoke);
    ASSERT_TRUE(scenario.ok()) << scenario.error().message;
    EXPECT_EQ(scenario->name, entry.path().stem());
    EXPECT_FALSE(scenario->description.empty());
    const Result<Calibration> calibration =
        find_calibration(scenario->calibration, path, kScenarios.string());
    EXPECT_TRUE(calibration.ok()) << calibration.error().message;
  }
  EXPECT_GE(files, 2);
}

TEST(ShippedCalibrations, AddUpToWhatWasMeasured) {
  // Leaf CPU per sample of the measured pairs: 3.1 us at 2000 per request, 3.7 us at 500.
  const auto leaf_us = [](const std::string& name, int64_t batch) {
    const Result<Calibration> c = load_calibration(shipped("calibration/" + name + ".yaml"), name);
    EXPECT_TRUE(c.ok()) << c.error().message;
    EXPECT_EQ(c->name, name);
    const CostModel costs = c->cost_model();
    const Duration both = costs.cost({Work::Kind::kScrapeParse, batch}) +
                          costs.cost({Work::Kind::kWriteEncode, batch});
    return both.in_seconds() * 1e6 / static_cast<double>(batch);
  };
  EXPECT_NEAR(leaf_us("prometheus-3.5", 2000), 3.1, 0.01);
  EXPECT_NEAR(leaf_us("prometheus-2.42", 500), 3.7, 0.01);
}

}  // namespace
}  // namespace pushpull
