// A real Prometheus as the leaf, which is stopped or stands still in the middle of the run: every
// sample that its targets have answered with is accounted for.
#include <string>

#include "harness/run/process_fixture.h"

namespace pushpull {
namespace {

constexpr int64_t kRound = 400;  // samples a second
constexpr int64_t kSeconds = 14;

// A real Prometheus looks for its targets 5 s after its start, and sends its first request soon
// after.
constexpr std::string_view kScenario = R"(
version: 1
name: real
description: A real leaf that goes and comes back.
engine: loopback
seed: 7
workload: {leaves: 1, targets: 4, series: 400, scrape_interval: 1s, scrape_timeout: 1s}
systems: {leaf: prometheus, prometheus_binary: prometheus-3.5}
variants:
  push: {remote_write: {queue_config: {batch_send_deadline: 1s}}}
  pull: {federate: {scrape_interval: 500ms, scrape_timeout: 500ms}}
phases: {warmup: 8s, measure: 14s, drain: 4s}
)";

class RealLeafRestartTest : public ProcessTest, public testing::WithParamInterface<const char*> {
 protected:
  RunOutcome play_fault(const std::string& fault) {
    const Scenario scenario =
        load_scenario(std::string(kScenario) +
                          "timeline: [{name: f, at: 3s, for: 1s, fault: " + fault + "}]\n",
                      "test.yaml")
            .value();
    Result<RunOutcome> outcome = play(scenario, GetParam());
    EXPECT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->invalid, std::vector<std::string>());
    EXPECT_EQ(outcome->accounts.run.corrupted + outcome->accounts.run.unknown, 0);
    const Account& window = outcome->accounts.window;
    EXPECT_EQ(window.delivered + window.undersampled + window.lost_total(), window.scraped);
    // A target may have answered a scrape that its leaf was stopped in.
    EXPECT_LE(window.lost_for(LossCause::kUnattributed), kRound / 4);
    return std::move(*outcome);
  }
};

TEST_P(RealLeafRestartTest, ItGoesOnOnItsOwnData) {
  const RunOutcome outcome = play_fault("leaf_restart");
  const Account& window = outcome.accounts.window;
  // A second until it is started again, some five until it scrapes.
  EXPECT_GE(window.scraped, kRound * (kSeconds - 9));
  EXPECT_LE(window.scraped, kRound * (kSeconds - 5));
  // What it held is flushed, or fetched before; a round at the end may be gone before its fetch.
  EXPECT_LE(window.lost_total(), GetParam() == std::string("push") ? kRound / 4 : kRound);
  EXPECT_GE(outcome.faults.at(0).to - outcome.faults.at(0).from, Duration::milliseconds(900));
}

TEST_P(RealLeafRestartTest, StandingStillItLosesARoundAtMost) {
  const Account window = play_fault("pause, role: leaf").accounts.window;
  // A round of the pause may be left out, or made up for right before the next.
  EXPECT_GE(window.scraped, kRound * (kSeconds - 2));
  // Pull: what was scraped right before is gone if it scrapes again before the next fetch.
  EXPECT_LE(window.lost_total(), GetParam() == std::string("push") ? 0 : kRound);
}

INSTANTIATE_TEST_SUITE_P(Real, RealLeafRestartTest, testing::Values("push", "pull"), release_name);

}  // namespace
}  // namespace pushpull
