#include "harness/scenario/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/load.h"
#include "harness/scenario/name.h"

namespace pushpull {
namespace {

// A small scenario that is fine; tests add to it or take away.
constexpr const char* kBase =
    "version: 1\n"
    "name: base\n"
    "workload: {}\n"
    "variants:\n"
    "  push: {remote_write: {}}\n"
    "  pull: {federate: {}}\n";

Result<Scenario> load(const std::string& more, const std::vector<std::string>& settings = {}) {
  Overrides overrides;
  overrides.settings = settings;
  return load_scenario(kBase + more, "s.yaml", overrides);
}

// The first line of the report.
std::string error_of(const std::string& more, const std::vector<std::string>& settings = {}) {
  const Result<Scenario> scenario = load(more, settings);
  if (scenario) return "";
  return scenario.error().message.substr(0, scenario.error().message.find('\n'));
}

TEST(Scenario, HasDefaultsForEverythingElse) {
  const Result<Scenario> loaded = load("");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const Scenario& s = *loaded;
  EXPECT_EQ(s.engine, Engine::kVirtual);
  EXPECT_EQ(s.workload.scrape_interval, Duration::seconds(15));
  EXPECT_EQ(s.workload.scrape_timeout, Duration::seconds(10));
  EXPECT_EQ(s.link, "loopback");
  EXPECT_TRUE(path_shape(s.link_spec(), {}, {}).unshaped());
  EXPECT_EQ(s.calibration, "prometheus-3.5");
  EXPECT_EQ(s.baseline, "push");
  EXPECT_TRUE(s.timeline.empty());
  EXPECT_EQ(s.repetitions, 1);
}

TEST(Scenario, AVariantShipsOneWayWithPrometheusDefaults) {
  const Scenario s = *load("");
  ASSERT_EQ(s.variants.size(), 2u);
  const Variant& push = s.variants[0].second;
  ASSERT_TRUE(push.remote_write.has_value());
  EXPECT_FALSE(push.federate.has_value());
  EXPECT_EQ(push.remote_write->config.queue_config.max_samples_per_send, 2000);
  const Variant& pull = s.variants[1].second;
  ASSERT_TRUE(pull.federate.has_value());
  EXPECT_FALSE(pull.remote_write.has_value());
  const ScrapeConfig& federate = pull.federate->config;
  EXPECT_EQ(federate.scrape_interval, Duration::seconds(15));  // the workload's
  EXPECT_EQ(federate.scrape_timeout, Duration::seconds(10));
  EXPECT_EQ(federate.metrics_path, "/federate");
  EXPECT_TRUE(federate.honor_labels);
  EXPECT_TRUE(federate.enable_compression);
  EXPECT_THAT(federate.params, testing::ElementsAre(testing::Pair(
                                   "match[]", testing::ElementsAre("{job=~\".+\"}"))));
}

TEST(Scenario, DefaultsFollowTheRelease) {
  const Result<Scenario> s = load("systems: {behaves_like: \"2.42\"}\n");
  ASSERT_TRUE(s.ok()) << s.error().message;
  const QueueConfig& queue = s->variants[0].second.remote_write->config.queue_config;
  EXPECT_EQ(queue.max_samples_per_send, 500);
  EXPECT_EQ(queue.capacity, 2500);
  EXPECT_EQ(s->calibration, "prometheus-2.42");
}

TEST(Scenario, TheOnlyLinkIsTheOneInUse) {
  const Result<Scenario> s = load("links: {wan: {rtt: 80ms, bandwidth: 200Mbit/s}}\n");
  ASSERT_TRUE(s.ok()) << s.error().message;
  EXPECT_EQ(s->link, "wan");
  EXPECT_EQ(s->link_spec().rtt, Duration::milliseconds(80));
  EXPECT_EQ(s->link_spec().bandwidth, 200'000'000);
  EXPECT_EQ(error_of("links: {a: {}, b: {}}\n"),
            "s.yaml:7:1: error: links: several links: name the one in use with 'link: a'");
  EXPECT_EQ(error_of("links: {wan: {}}\nlink: wam\n"),
            "s.yaml:8:7: error: link: no link 'wam' in links; did you mean 'wan'?");
  EXPECT_EQ(load("links: {wan: {}}\nlink: loopback\n")->link, "loopback");
}

TEST(Scenario, GivesTheWorkloadItsSpec) {
  const Scenario s = *load("seed: 7\n", {"workload.leaves=2", "workload.series=1M"});
  const WorkloadSpec spec = s.workload_spec();
  EXPECT_EQ(spec.leaves, 2u);
  EXPECT_EQ(spec.targets, 10u);
  EXPECT_EQ(spec.series, 1'000'000u);
  EXPECT_EQ(spec.seed, 7u);
  EXPECT_EQ(spec.labels, "kubernetes");
}

TEST(Scenario, ChurnIsCountedInScrapes) {
  EXPECT_FALSE(load("")->workload_spec().churn.any());
  EXPECT_FALSE(load("", {"workload.scrape_interval=7s", "workload.scrape_timeout=5s"})
                   ->workload_spec()
                   .churn.any());
  const ChurnSpec spec =
      load("", {"workload.churn={percent: 1, every: 10m}"})->workload_spec().churn;
  EXPECT_EQ(spec.per_million, 10'000u);
  EXPECT_EQ(spec.scrapes, 40u);  // of 15 s
  EXPECT_EQ(load("", {"workload.churn={percent: 0.25, every: 15s}"})->workload_spec().churn.scrapes,
            1u);
}

TEST(Scenario, ChurnHasToFitTheScrapes) {
  EXPECT_THAT(error_of("", {"workload.churn={percent: 1, every: 20s}"}),
              testing::HasSubstr("workload.churn.every: not a whole number of scrape intervals "
                                 "(15s): series change from one scrape to the next"));
  EXPECT_THAT(error_of("", {"workload.churn={percent: 101}"}),
              testing::HasSubstr("workload.churn.percent: '101' is above the maximum of 100"));
  EXPECT_THAT(error_of("", {"workload.churn={percent: 0.00001}"}),
              testing::HasSubstr("workload.churn.percent: below the least share of 0.0001"));
  const std::string match =
      "variants.pull.federate.params={'match[]': ['{pod_template_hash=~\"b.*\"}']}";
  EXPECT_EQ(error_of("", {match}), "");
  EXPECT_THAT(error_of("", {"workload.churn={percent: 1}", match}),
              testing::HasSubstr("variants.pull.federate.params: selects by pod_template_hash, "
                                 "which churn changes: select by other labels"));
}

TEST(Scenario, LinksMayJitterAndLose) {
  const Scenario s = *load("links: {wan: {rtt: 80ms, jitter: 5ms, loss: 0.1%}}\n");
  EXPECT_EQ(s.link_spec().jitter, Duration::milliseconds(5));
  EXPECT_EQ(s.link_spec().loss, 0.001);
  EXPECT_EQ(error_of("links: {wan: {loss: 51%}}\n"),
            "s.yaml:7:21: error: links.wan.loss: more than 50%: no TCP gets on with it");
}

TEST(Scenario, WhatIsNotEvaluatedYetIsRefused) {
  EXPECT_EQ(error_of("gate: {}\n"),
            "s.yaml:7:1: error: gate: not evaluated yet: refused rather than ignored");
  EXPECT_EQ(error_of("slo: []\n"),
            "s.yaml:7:1: error: slo: not evaluated yet: refused rather than ignored");
}

TEST(Scenario, MocksFollowReleasesThatAreDescribed) {
  EXPECT_EQ(error_of("systems: {behaves_like: \"2.41\"}\n"),
            "s.yaml:7:25: error: systems.behaves_like: Prometheus 2.41 is not described here: use "
            "2.42 to 3.14");
  const Result<Scenario> s = load("systems: {behaves_like: \"3.14\"}\n");
  ASSERT_TRUE(s.ok()) << s.error().message;
  EXPECT_EQ(s->calibration, "prometheus-3.5");
}

TEST(Scenario, PartsHaveToFitTogether) {
  EXPECT_EQ(error_of("baseline: psh\n"),
            "s.yaml:7:11: error: baseline: no variant 'psh'; did you mean 'push'?");
  EXPECT_EQ(error_of("phases: {warmup: 29s}\n"),
            "s.yaml:7:18: error: phases.warmup: shorter than two intervals of the slowest scrape "
            "(15s)");
  EXPECT_EQ(error_of("", {"variants.pull.federate.scrape_interval=61s"}),
            "s.yaml:1:1: error: phases.warmup: shorter than two intervals of the slowest scrape "
            "(1m1s)");
  EXPECT_EQ(error_of("", {"workload.series=9"}),
            "--set workload.series: error: workload.series: fewer than targets (10): each needs "
            "one");
  EXPECT_EQ(error_of("repetitions: 3\n"),
            "s.yaml:7:14: error: repetitions: virtual runs of one seed are identical: keep 1");
  EXPECT_EQ(error_of("repetitions: 3\nengine: loopback\n"), "");
  EXPECT_EQ(error_of("systems: {leaf: prometheus}\n"),
            "s.yaml:7:17: error: systems.leaf: a real prometheus needs 'engine: loopback'");
  EXPECT_EQ(error_of("engine: loopback\nsystems: {central: prometheus}\n"), "");
  EXPECT_EQ(error_of("engine: loopback\nsystems: {prometheus_binary: /bin/x}\n"),
            "s.yaml:8:30: error: systems.prometheus_binary: has no effect: neither leaf nor "
            "central is prometheus");
  EXPECT_EQ(error_of("systems: {wal_retention: 20m}\n"), "");
  EXPECT_EQ(error_of("engine: loopback\nsystems: {leaf: prometheus, wal_retention: 20m}\n"),
            "s.yaml:8:44: error: systems.wal_retention: a real prometheus deletes what it has "
            "not sent as it thinks fit: leave it out, or use 'leaf: mock'");
}

TEST(Scenario, ARealServerNeedsTimeToStart) {
  const auto error = [](const std::string& systems, const std::string& fetch,
                        const std::string& warmup) {
    return error_of("",
                    {"engine=loopback", "workload.scrape_interval=1s", "workload.scrape_timeout=1s",
                     "phases.warmup=" + warmup, "variants.pull.federate.scrape_interval=" + fetch,
                     "variants.pull.federate.scrape_timeout=1s", "systems=" + systems});
  };
  EXPECT_EQ(error("{leaf: prometheus}", "1s", "8s"), "");
  EXPECT_THAT(error("{leaf: prometheus}", "1s", "7999ms"),
              testing::HasSubstr("phases.warmup: shorter than 8s, which a real prometheus needs"));
  // 5 s until it looks for its leaves, and an interval until it fetches the last of them.
  EXPECT_EQ(error("{central: prometheus}", "4s", "9s"), "");
  EXPECT_THAT(error("{central: prometheus}", "4s", "8s"),
              testing::HasSubstr("shorter than 9s, which"));
}

TEST(Scenario, VariantsAreChecked) {
  EXPECT_EQ(error_of("", {"variants={}"}),
            "--set variants: error: variants: at least one is needed");
  EXPECT_EQ(error_of("", {"variants.push.federate={}"}),
            "s.yaml:5:3: error: variants.push: has both remote_write and federate: a variant ships "
            "one way");
  EXPECT_EQ(error_of("", {"variants.other={}"}),
            "--set variants.other: error: variants.other: needs one of remote_write and federate");
  EXPECT_EQ(error_of("", {"variants.Push={remote_write: {}}"}),
            "--set variants.Push: error: variants.Push: a name has 1 to 64 of a-z, 0-9, '_' and "
            "'-'");
  EXPECT_EQ(error_of("", {"variants.push.remote_write.url='http://a:1/w'"}),
            "--set variants.push.remote_write.url: error: variants.push.remote_write.url: the run "
            "fills in the central's address: remove it");
  EXPECT_EQ(error_of("", {"variants.pull.federate.params={}"}),
            "--set variants.pull.federate.params: error: variants.pull.federate.params: needs at "
            "least one selector in 'match[]'");
  EXPECT_THAT(error_of("", {"variants.pull.federate.params={'match[]': ['{a=']}"}),
              testing::HasSubstr("parse error"));
}

TEST(Scenario, RelabellingKeepsSeriesApart) {
  const std::string rules = "variants.push.remote_write.write_relabel_configs=";
  EXPECT_EQ(error_of("", {rules + "[{action: labeldrop, regex: job}]"}), "");
  EXPECT_THAT(error_of("", {rules + "[{action: labelkeep, regex: __name__}]"}),
              testing::HasSubstr("relabelling makes two series one"));
  EXPECT_THAT(error_of("", {rules + "[{action: labeldrop, regex: __name__}]"}),
              testing::HasSubstr("without a metric name"));
}

TEST(Scenario, RelabellingRulesAreThoseOfTheRelease) {
  const std::string relabel =
      "variants.push.remote_write.write_relabel_configs=[{target_label: a-b, replacement: c}]";
  EXPECT_EQ(error_of("", {relabel}), "");
  EXPECT_THAT(error_of("", {relabel, "systems.behaves_like=2.42"}),
              testing::HasSubstr("'a-b' is an invalid 'target_label'"));
}

TEST(Scenario, NamesAreShortAndPlain) {
  EXPECT_TRUE(is_name("push-v2_x9"));
  EXPECT_TRUE(is_name(std::string(64, 'a')));
  for (const std::string& bad : {std::string(), std::string(65, 'a'), std::string("a/b"),
                                 std::string("A"), std::string("a.b"), std::string("a b")}) {
    EXPECT_FALSE(is_name(bad)) << bad;
  }
}

}  // namespace
}  // namespace pushpull
