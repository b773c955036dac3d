// Our targets and a real Prometheus as the central, read back through its remote_read: what our
// leaf pushes, what it fetches from our leaf's /federate, and what an outage costs, beside our
// central.
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "harness/run/metrics.h"
#include "harness/run/process_fixture.h"

namespace pushpull {
namespace {

constexpr uint32_t kTargets = 12;
constexpr uint32_t kSeries = 30;  // each
constexpr int64_t kRound = kTargets * kSeries;

// Ports decide the phases. A scrape this close before a fetch may be in it or not.
constexpr Duration kClose = Duration::milliseconds(200);

constexpr std::string_view kScenario = R"(
version: 1
name: real
description: A real central.
engine: loopback
seed: 7
workload: {leaves: 1, targets: 12, series: 360, scrape_interval: 1s, scrape_timeout: 1s}
variants:
)";
constexpr std::string_view kPush =
    "  push: {remote_write: {queue_config: {batch_send_deadline: 500ms}}}\n";

Scenario scenario(const std::string& rest, const std::string& binary) {
  Scenario loaded = load_scenario(std::string(kScenario) + rest, "test.yaml").value();
  loaded.systems.prometheus_binary = binary;
  return loaded;
}

bool has_metric(const RunOutcome& outcome, const std::string& name) {
  return std::ranges::any_of(metrics_of(outcome), [&](const auto& m) { return m.name == name; });
}

// A busy machine adds warnings about the harness: only this one is looked for.
bool warns(const RunOutcome& outcome, std::string_view what) {
  return std::ranges::any_of(outcome.warnings, [&](const std::string& warning) {
    return warning.find(what) != std::string::npos;
  });
}

// The newest scrape that was answered before `t`.
std::optional<uint64_t> newest_before(const std::vector<journal::Answered>& answers,
                                      uint32_t target, Instant t) {
  std::optional<uint64_t> newest;
  for (const journal::Answered& answer : answers) {
    if (answer.target == target && answer.arrival < t) newest = answer.ordinal;
  }
  return newest;
}

class RealCentralTest : public ProcessTest, public testing::WithParamInterface<const char*> {
 protected:
  // Lines of the central's log at warn or above, but for the one that says it was asked to stop.
  std::vector<std::string> complaints() const {
    std::vector<std::string> found;
    std::ifstream log(run_folder() + "/central.log");
    for (std::string line; std::getline(log, line);) {
      const bool bad = std::ranges::any_of(
          std::array{"level=warn", "level=WARN", "level=error", "level=ERROR"},
          [&](const char* level) { return line.find(level) != std::string::npos; });
      if (bad && line.find("exiting gracefully") == std::string::npos) found.push_back(line);
    }
    return found;
  }
  // Ordinals at the central of a target, of which every series has to be there.
  std::set<uint64_t> delivered(uint32_t target) const {
    std::map<uint64_t, uint32_t> samples;
    for (const auto& received : entries<journal::Received>("central")) {
      if (received.target == target) samples[received.ordinal] += received.positions.count;
    }
    std::set<uint64_t> ordinals;
    for (const auto& [ordinal, count] : samples) {
      EXPECT_EQ(count, kSeries) << "target " << target << ", ordinal " << ordinal;
      ordinals.insert(ordinal);
    }
    return ordinals;
  }
};

TEST_P(RealCentralTest, HasEverySampleThatOurLeafPushes) {
  const Result<RunOutcome> outcome =
      play(scenario(std::string(kPush) + "systems: {central: prometheus}\n"
                                         "phases: {warmup: 2s, measure: 4s, drain: 3s}\n",
                    GetParam()),
           "push");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->invalid, std::vector<std::string>());
  const Account& window = outcome->accounts.window;
  EXPECT_EQ(window.scraped, kRound * 4);
  EXPECT_EQ(window.delivered, kRound * 4);
  // A value or a timestamp that is not the target's own would be one of these.
  EXPECT_EQ(outcome->accounts.run.corrupted, 0);
  EXPECT_EQ(outcome->accounts.run.unknown, 0);
  // Stale markers, one for each series when scraping ends, are read back too, beside `up` and the
  // four of scrape_* of each scrape.
  EXPECT_GE(outcome->accounts.leaf_made.delivered, kRound + 4 * 5 * int64_t{kTargets});

  EXPECT_FALSE(has_metric(*outcome, "samples_duplicate"));
  EXPECT_FALSE(has_metric(*outcome, "samples_rejected"));
  EXPECT_TRUE(has_metric(*outcome, "leaf_made_scraped"));
  // Reading back disturbs nobody.
  EXPECT_EQ(outcome->instrument->recorder().counters().count("requests_failed"), 0u);
  EXPECT_EQ(outcome->instrument->recorder().freshness_lag().infinite(), 0u);
  // Nothing waited for the time of reading: every sample was acknowledged within the drain.
  EXPECT_LT(*outcome->instrument->recorder().freshness_lag().max(),
            outcome->end - outcome->window.end);
  EXPECT_TRUE(warns(*outcome, "upper bounds"));
}

TEST_P(RealCentralTest, FetchesTheNewestSampleOfEachSeriesFromOurLeaf) {
  const Result<RunOutcome> outcome =
      play(scenario("  pull: {federate: {scrape_interval: 2s, scrape_timeout: 1s}}\n"
                    "systems: {central: prometheus}\n"
                    "phases: {warmup: 8s, measure: 6s, drain: 3s}\n",
                    GetParam()),
           "pull");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->invalid, std::vector<std::string>());
  const Account& window = outcome->accounts.window;
  EXPECT_EQ(window.scraped, kRound * 6);
  EXPECT_EQ(window.delivered + window.undersampled, window.scraped);
  EXPECT_EQ(window.lost_total(), 0);
  EXPECT_EQ(outcome->accounts.run.corrupted, 0);
  EXPECT_EQ(outcome->accounts.run.unknown, 0);
  // Every second scrape; a close target may be one ahead at one end of the window.
  EXPECT_NEAR(static_cast<double>(window.undersampled), kRound * 3, kRound);

  const auto answers = entries<journal::Answered>("targets-0");
  std::vector<Instant> fetches;
  for (const auto& fetch : entries<journal::Federated>("central")) {
    if (fetch.intended >= outcome->window.end) continue;
    EXPECT_TRUE(fetch.ok);
    fetches.push_back(fetch.intended);
  }
  EXPECT_GE(fetches.size(), 3u);
  uint32_t judged = 0;
  for (uint32_t target = 0; target < kTargets; ++target) {
    SCOPED_TRACE("target " + std::to_string(target));
    std::set<uint64_t> expected;
    bool close = false;
    for (const Instant fetch : fetches) {
      const auto newest = newest_before(answers, target, fetch - kClose);
      close |= newest != newest_before(answers, target, fetch + kClose);
      if (newest) expected.insert(*newest);
    }
    if (close || expected.empty()) continue;
    ++judged;
    std::set<uint64_t> there = delivered(target);
    there.erase(there.upper_bound(*expected.rbegin()), there.end());
    EXPECT_EQ(there, expected);
  }
  EXPECT_GT(judged, 0u);
  EXPECT_EQ(complaints(), std::vector<std::string>());
  EXPECT_TRUE(warns(*outcome, "lower bounds"));
}

INSTANTIATE_TEST_SUITE_P(Real, RealCentralTest,
                         testing::Values("prometheus-2.42", "prometheus-3.5"), release_name);

class RealRestartTest : public RealCentralTest {};

TEST_P(RealRestartTest, OnItsOwnDataCostsPushNothing) {
  const Result<RunOutcome> outcome =
      play(scenario(std::string(kPush) +
                        "systems: {central: prometheus}\n"
                        "phases: {warmup: 2s, measure: 5s, drain: 7s}\n"
                        "timeline: [{name: gone, at: 1s, for: 2s, fault: central_down}]\n",
                    GetParam()),
           "push");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->invalid, std::vector<std::string>());
  EXPECT_EQ(outcome->accounts.window.scraped, kRound * 5);
  EXPECT_EQ(outcome->accounts.window.delivered, kRound * 5);
  EXPECT_EQ(outcome->accounts.run.corrupted + outcome->accounts.run.unknown, 0);
  // What was scraped as it went had to wait until it was back.
  EXPECT_GT(*outcome->instrument->recorder().freshness_lag().max(), Duration::seconds(1));
}

INSTANTIATE_TEST_SUITE_P(Real, RealRestartTest, testing::Values("prometheus-3.5"), release_name);

// An outage of three seconds between a real leaf and each kind of central.
class RealOutageTest : public RealCentralTest {
 protected:
  RunOutcome play_outage(const std::string& variant, const std::string& shipping,
                         const std::string& central) {
    Result<RunOutcome> outcome =
        play(scenario(shipping + "systems: {leaf: prometheus, central: " + central +
                          "}\nphases: {warmup: 8s, measure: 7s, drain: 6s}\n"
                          "timeline: [{name: outage, at: 2s, for: 3s, fault: link_down}]\n",
                      "prometheus-3.5"),
             variant);
    EXPECT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->invalid, std::vector<std::string>());
    EXPECT_EQ(outcome->accounts.window.scraped, kRound * 7);
    EXPECT_EQ(outcome->accounts.run.corrupted + outcome->accounts.run.unknown, 0);
    return std::move(*outcome);
  }
};

TEST_P(RealOutageTest, CostsPushNothing) {
  const std::string central = GetParam();
  const RunOutcome outcome = play_outage("push", std::string(kPush), central);
  EXPECT_EQ(outcome.accounts.window.delivered, kRound * 7);
  // What a real central does not tell is named, and is no figure.
  const bool ours = central == "mock";
  for (const char* figure :
       {"samples_duplicate", "samples_rejected", "freshness_lag_p50", "reader_staleness_max"}) {
    EXPECT_EQ(has_metric(outcome, figure), ours) << figure;
    EXPECT_EQ(outcome.observable(figure), ours) << figure;
  }
  EXPECT_FALSE(has_metric(outcome, "leaf_made_scraped"));
}

TEST_P(RealOutageTest, CostsPullEveryMissedRound) {
  const std::string central = GetParam();
  const RunOutcome outcome = play_outage(
      "pull", "  pull: {federate: {scrape_interval: 1s, scrape_timeout: 1s}}\n", central);
  const auto answers = entries<journal::Answered>("targets-0");
  int64_t missed = 0;
  std::set<uint32_t> close;  // targets with a scrape that may be in a fetch or not
  for (const auto& fetch : entries<journal::Federated>("central")) {
    if (fetch.intended >= outcome.window.end) continue;
    missed += fetch.ok ? 0 : 1;
    for (uint32_t target = 0; target < kTargets; ++target) {
      if (newest_before(answers, target, fetch.intended - kClose) !=
          newest_before(answers, target, fetch.intended + kClose))
        close.insert(target);
    }
  }
  // Three fetches fall into three seconds; one at an edge may go either way.
  EXPECT_GE(missed, 2);
  EXPECT_LE(missed, 4);
  ASSERT_LT(close.size(), kTargets);
  const auto slack = static_cast<double>(close.size() * kSeries) * 2;
  EXPECT_NEAR(static_cast<double>(outcome.accounts.window.lost_for(LossCause::kFederateFailed)),
              static_cast<double>(missed * kRound), slack);
  for (const char* figure : {"samples_duplicate", "samples_rejected"})
    EXPECT_EQ(has_metric(outcome, figure), central == "mock") << figure;
  EXPECT_TRUE(has_metric(outcome, "freshness_lag_p50"));
}

INSTANTIATE_TEST_SUITE_P(Real, RealOutageTest, testing::Values("mock", "prometheus"), release_name);

}  // namespace
}  // namespace pushpull
