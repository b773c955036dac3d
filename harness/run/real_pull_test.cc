// Our targets, a real Prometheus that scrapes and serves /federate, our central that fetches it.
#include <map>
#include <optional>
#include <set>
#include <string>

#include "harness/run/process_fixture.h"

namespace pushpull {
namespace {

constexpr uint32_t kTargets = 12;
constexpr uint32_t kSeries = 30;  // each

// Ports decide the phases. A scrape this close before a fetch may be in it or not.
constexpr Duration kClose = Duration::milliseconds(200);

// Every second scrape is fetched. A real Prometheus looks for its targets 5 s after its start.
constexpr std::string_view kScenario = R"(
version: 1
name: real
description: A real leaf.
engine: loopback
seed: 7
workload: {leaves: 1, targets: 12, series: 360, scrape_interval: 1s, scrape_timeout: 1s}
systems: {leaf: prometheus}
variants:
  pull: {federate: {scrape_interval: 2s, scrape_timeout: 1s}}
phases: {warmup: 8s, measure: 8s, drain: 3s}
)";

// One fetch and what it brought: samples by target and ordinal.
struct Fetched {
  Instant asked;
  Instant seen;
  std::map<uint32_t, std::map<uint64_t, uint32_t>> samples;
};

class RealPullTest : public ProcessTest, public testing::WithParamInterface<const char*> {
 protected:
  std::vector<Fetched> fetches() const {
    std::vector<Fetched> all;
    JournalReader journal = JournalReader::open(run_folder() + "/central.journal").value();
    while (const auto entry = journal.next()) {
      if (const auto* fetch = std::get_if<journal::Federated>(&*entry)) {
        EXPECT_TRUE(fetch->ok);
        all.push_back({fetch->intended, fetch->intended, {}});
      }
      if (const auto* received = std::get_if<journal::Received>(&*entry)) {
        all.back().seen = received->visible;
        all.back().samples[received->target][received->ordinal] += received->positions.count;
      }
    }
    return all;
  }
};

// The newest scrape that was answered before `t`.
std::optional<uint64_t> newest_before(const std::vector<journal::Answered>& answers,
                                      uint32_t target, Instant t) {
  std::optional<uint64_t> newest;
  for (const journal::Answered& answer : answers) {
    if (answer.target == target && answer.arrival < t) newest = answer.ordinal;
  }
  return newest;
}

TEST_P(RealPullTest, AFetchBringsTheNewestSampleOfEachSeries) {
  Scenario scenario = load_scenario(std::string(kScenario), "test.yaml").value();
  scenario.systems.prometheus_binary = GetParam();
  const Result<RunOutcome> outcome = play(scenario, "pull");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->invalid, std::vector<std::string>());
  const Account& window = outcome->accounts.window;
  EXPECT_EQ(window.scraped, kTargets * kSeries * 8);
  EXPECT_EQ(window.delivered + window.undersampled, window.scraped);
  EXPECT_EQ(window.lost_total(), 0);
  EXPECT_EQ(outcome->accounts.run.corrupted, 0);
  EXPECT_EQ(outcome->accounts.run.unknown, 0);

  const auto answers = entries<journal::Answered>("targets-0");
  std::set<uint32_t> close;  // targets with a scrape that may be in a fetch or not
  int64_t fetched = 0;
  for (const Fetched& fetch : fetches()) {
    SCOPED_TRACE("the fetch at " + std::to_string(fetch.asked.unix_ms()) + " ms");
    const bool measured = outcome->window.contains(fetch.asked);
    fetched += measured ? 1 : 0;
    if (measured) {
      EXPECT_EQ(fetch.samples.size(), kTargets);
    }
    for (const auto& [target, samples] : fetch.samples) {
      SCOPED_TRACE("target " + std::to_string(target));
      const auto earliest = newest_before(answers, target, fetch.asked - kClose);
      const auto latest = newest_before(answers, target, fetch.seen);
      if (earliest != latest) close.insert(target);
      if (!measured) continue;
      ASSERT_EQ(samples.size(), 1u) << "samples of several scrapes";
      const auto [ordinal, count] = *samples.begin();
      EXPECT_EQ(count, kSeries);
      EXPECT_GE(ordinal, earliest);
      EXPECT_LE(ordinal, latest);
    }
  }
  EXPECT_EQ(fetched, 4);
  ASSERT_LT(close.size(), kTargets);
  // One sample per series and fetch; a close target may be one ahead at one end of the window.
  EXPECT_NEAR(static_cast<double>(window.delivered), static_cast<double>(window.scraped) / 2,
              static_cast<double>(close.size() * kSeries));
}

INSTANTIATE_TEST_SUITE_P(Real, RealPullTest, testing::Values("prometheus-2.42", "prometheus-3.5"),
                         release_name);

}  // namespace
}  // namespace pushpull
