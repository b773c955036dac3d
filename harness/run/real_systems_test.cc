// Servers that are no Prometheus, one at a time beside ours and both together: every sample of the
// window is accounted for, and a short outage of the link costs push nothing.
#include <string>

#include "harness/run/metrics.h"
#include "harness/run/process_fixture.h"
#include "harness/run/relabelled_for_test.h"

namespace pushpull {
namespace {

constexpr int64_t kSeries = 1200;  // of targets of every kind

constexpr std::string_view kWorkload = R"(
version: 1
name: real
description: Servers that are no Prometheus.
engine: loopback
seed: 7
workload: {leaves: 1, targets: 12, series: 1200, scrape_interval: 1s, scrape_timeout: 1s}
)";
constexpr std::string_view kPush =
    "variants:\n  push: {remote_write: {queue_config: {batch_send_deadline: 500ms}}}\n";
// One queue: several overtake each other.
constexpr std::string_view kPushInOrder =
    "variants:\n  push: {remote_write: {queue_config: {batch_send_deadline: 500ms, min_shards: 1, "
    "max_shards: 1}}}\n";
constexpr std::string_view kOutage =
    "timeline: [{name: outage, at: 2s, for: 2s, fault: link_down}]\n";

class RealSystemsTest : public ProcessTest {
 protected:
  RunOutcome play(const std::string& systems, std::string_view rest,
                  const std::string& variant = "push") {
    const Result<Scenario> scenario = load_scenario(
        std::string(kWorkload) + "systems: " + systems + "\n" + std::string(rest), "test.yaml");
    EXPECT_TRUE(scenario.ok()) << scenario.error().message;
    Result<RunOutcome> outcome = ProcessTest::play(*scenario, variant);
    EXPECT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->invalid, std::vector<std::string>());
    // A value beyond what rounding explains, or a timestamp that is not the target's.
    EXPECT_EQ(outcome->accounts.run.corrupted, 0);
    EXPECT_EQ(outcome->accounts.run.unknown, 0);
    return std::move(*outcome);
  }
  // Of a window of `seconds`, all is there.
  static void expect_complete(const RunOutcome& outcome, int64_t seconds) {
    EXPECT_EQ(outcome.accounts.window.scraped, kSeries * seconds);
    EXPECT_EQ(outcome.accounts.window.delivered, kSeries * seconds);
    EXPECT_EQ(outcome.accounts.window.lost_total(), 0);
  }
  static bool has_metric(const RunOutcome& outcome, const std::string& name) {
    return std::ranges::any_of(metrics_of(outcome),
                               [&](const Metric& metric) { return metric.name == name; });
  }
};

const std::string kPhases = "phases: {warmup: 3s, measure: 5s, drain: 4s}\n";
// A vmagent tries again after 2 s, then after 4 s more.
const std::string kOutagePhases =
    "phases: {warmup: 3s, measure: 6s, drain: 10s}\n" + std::string(kOutage);

TEST_F(RealSystemsTest, VmagentPushesEverySampleIntoOurCentral) {
  const RunOutcome outcome = play("{leaf: vmagent}", std::string(kPush) + kPhases);
  expect_complete(outcome, 5);
  // `up` and scrape_*, and a stale marker for each series once its target no longer answers.
  EXPECT_GT(outcome.accounts.leaf_made.delivered, kSeries + 5 * 5 * 12);
  EXPECT_GT(outcome.instrument->recorder().counters().at("requests"), 0);
  EXPECT_GT(outcome.instrument->recorder().counters().at("samples_rounded"), 0);
  for (const char* figure : {"backlog", "shards", "leaf_made_scraped"})
    EXPECT_FALSE(outcome.observable(figure)) << figure;
  EXPECT_TRUE(has_metric(outcome, "samples_duplicate"));
  EXPECT_TRUE(has_metric(outcome, "freshness_lag_p50"));
  EXPECT_EQ(outcome.roles.size(), 4u);
}

TEST_F(RealSystemsTest, AnOutageCostsVmagentNothing) {
  const RunOutcome outcome = play("{leaf: vmagent}", std::string(kPushInOrder) + kOutagePhases);
  expect_complete(outcome, 6);
  EXPECT_GT(*outcome.instrument->recorder().freshness_lag().max(), Duration::seconds(1));
}

// After an outage a queue that waits has older samples than one that sends, and a Prometheus takes
// none that are older than what it has.
TEST_F(RealSystemsTest, WhatVmagentsQueuesOvertakeIsOutOfOrder) {
  const RunOutcome outcome = play("{leaf: vmagent}", std::string(kPush) + kOutagePhases);
  const Account& window = outcome.accounts.window;
  EXPECT_EQ(window.scraped, kSeries * 6);
  EXPECT_EQ(window.delivered + window.lost_for(LossCause::kOutOfOrder), window.scraped);
}

TEST_F(RealSystemsTest, ARestartCostsVmagentNoSampleThatItHad) {
  const RunOutcome outcome =
      play("{leaf: vmagent}", std::string(kPush) +
                                  "phases: {warmup: 3s, measure: 5s, drain: 5s}\n"
                                  "timeline: [{name: again, at: 2s, fault: leaf_restart}]\n");
  // A scrape that was answered as it was stopped may be gone.
  EXPECT_LE(outcome.accounts.window.lost_total(), kSeries / 6);
  EXPECT_EQ(outcome.accounts.window.pending, 0);
}

TEST_F(RealSystemsTest, VmagentRelabelsAsOursExpectsIt) {
  const std::string variants =
      "variants:\n  push: {remote_write: {write_relabel_configs: " + std::string(kDisguise) +
      "}}\n";
  const RunOutcome outcome = play("{leaf: vmagent}", variants + kPhases);
  const Account& window = outcome.accounts.window;
  EXPECT_EQ(window.scraped, kSeries * 5);
  EXPECT_GT(window.lost_for(LossCause::kRelabelled), 0);
  EXPECT_EQ(window.delivered + window.lost_for(LossCause::kRelabelled), window.scraped);
}

TEST_F(RealSystemsTest, VictoriaMetricsHasEverySampleThatOurLeafPushes) {
  const RunOutcome outcome = play("{central: victoriametrics}", std::string(kPush) + kPhases);
  expect_complete(outcome, 5);
  // Stale markers are read back too, one for each series, beside the five series of each scrape.
  EXPECT_GE(outcome.accounts.leaf_made.delivered, kSeries + 5 * 5 * 12);
  // Nothing waited for the time of reading: every sample was acknowledged within the drain.
  EXPECT_LT(*outcome.instrument->recorder().freshness_lag().max(),
            outcome.end - outcome.window.end);
  EXPECT_TRUE(has_metric(outcome, "samples_duplicate"));
  EXPECT_FALSE(has_metric(outcome, "samples_rejected"));
}

TEST_F(RealSystemsTest, AnOutageCostsOurLeafAndVictoriaMetricsNothing) {
  const RunOutcome outcome = play("{central: victoriametrics}", std::string(kPush) + kOutagePhases);
  expect_complete(outcome, 6);
  EXPECT_GT(*outcome.instrument->recorder().freshness_lag().max(), Duration::seconds(1));
}

TEST_F(RealSystemsTest, VictoriaMetricsComesBackOnItsOwnData) {
  const RunOutcome outcome =
      play("{central: victoriametrics}",
           std::string(kPush) +
               "phases: {warmup: 3s, measure: 6s, drain: 8s}\n"
               "timeline: [{name: gone, at: 1s, for: 2s, fault: central_down}]\n");
  expect_complete(outcome, 6);
}

TEST_F(RealSystemsTest, VictoriaMetricsFetchesFromOurLeaf) {
  const RunOutcome outcome =
      play("{central: victoriametrics}",
           "variants:\n  pull: {federate: {scrape_interval: 1s, scrape_timeout: 1s}}\n" + kPhases,
           "pull");
  const Account& window = outcome.accounts.window;
  EXPECT_EQ(window.scraped, kSeries * 5);
  EXPECT_EQ(window.delivered + window.undersampled + window.lost_total(), window.scraped);
  EXPECT_GT(window.delivered, kSeries * 3);
  // Both keep to grids of a second: what one fetch leaves the next has, but for a fetch at an edge.
  EXPECT_EQ(window.lost_total(), 0);
  EXPECT_TRUE(has_metric(outcome, "freshness_lag_p50"));
  EXPECT_EQ(outcome.instrument->recorder().counters().count("requests_failed"), 0u);
}

TEST_F(RealSystemsTest, VmagentAndVictoriaMetricsTogetherLoseNothingInAnOutage) {
  const RunOutcome outcome =
      play("{leaf: vmagent, central: victoriametrics}", std::string(kPush) + kOutagePhases);
  expect_complete(outcome, 6);
  for (const char* figure : {"freshness_lag_p50", "reader_staleness_max", "samples_rejected"})
    EXPECT_FALSE(has_metric(outcome, figure)) << figure;
}

}  // namespace
}  // namespace pushpull
