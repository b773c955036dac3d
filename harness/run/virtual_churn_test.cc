// Churn in virtual time: whole days of it, and every sample and every stale marker accounted for.
#include <gtest/gtest.h>

#include "harness/run/replaced_for_test.h"
#include "harness/run/virtual_fixture.h"

namespace pushpull {
namespace {

// 2000 series every 15 s, of which 1 % are replaced every 10 minutes, for 24 hours.
constexpr std::string_view kDay = R"(
version: 1
name: day
description: Churn for a day.
seed: 7
workload: {leaves: 1, targets: 10, series: 2k, scrape_interval: 15s, churn: {percent: 1, every: 10m}}
links:
  wan: {rtt: 40ms, bandwidth: 100Mbit/s}
variants:
  push: {remote_write: {}}
  pull: {federate: {scrape_interval: 5s, scrape_timeout: 5s}}
  slow: {federate: {scrape_interval: 1m}}
  some: {federate: {scrape_interval: 5s, scrape_timeout: 5s, params: {'match[]': ['{__name__=~"[a-m].*"}']}}}
phases: {warmup: 2m, measure: 24h, drain: 5m}
)";
constexpr int64_t kScrapes = 24 * 60 * 4;

class VirtualChurnTest : public VirtualTest {
 protected:
  RunOutcome run(const std::string& variant, const std::vector<std::string>& settings = {},
                 const std::string& timeline = "") {
    load(std::string(kDay) + timeline, settings);
    return play(variant);
  }
  int64_t replaced(const RunOutcome& outcome) const {
    return replaced_series(workload(), outcome.instrument->ledger());
  }
  // Reports, a marker for each series that was replaced, and one for each that was there when
  // scraping ended.
  int64_t leaf_made(const RunOutcome& outcome) const {
    return report_samples(workload(), outcome.instrument->ledger()) + replaced(outcome) +
           static_cast<int64_t>(workload().series());
  }
};

TEST_F(VirtualChurnTest, ADayOfPushIsExactToTheMarker) {
  const RunOutcome outcome = run("push");
  EXPECT_EQ(outcome.accounts.window.scraped, kScrapes * 2000);
  EXPECT_EQ(outcome.accounts.window.delivered, kScrapes * 2000);
  EXPECT_EQ(outcome.accounts.run.duplicates, 0);
  // 1 % of 2000, 144 times in the day and now and then in warm-up.
  EXPECT_NEAR(static_cast<double>(replaced(outcome)), 20 * 144, 60);
  EXPECT_EQ(outcome.accounts.leaf_made.scraped, leaf_made(outcome));
  EXPECT_EQ(outcome.accounts.leaf_made.delivered, leaf_made(outcome));
  EXPECT_EQ(outcome.accounts.leaf_made.duplicates + outcome.accounts.leaf_made.rejected, 0);
}

TEST_F(VirtualChurnTest, ADayOfPullIsExactAndCarriesNoMarker) {
  const RunOutcome outcome = run("pull");
  EXPECT_EQ(outcome.accounts.window.scraped, kScrapes * 2000);
  EXPECT_EQ(outcome.accounts.window.delivered, kScrapes * 2000);
  EXPECT_EQ(outcome.accounts.leaf_made.scraped, leaf_made(outcome));
  // Reports are federated as any series: each is the newest for 15 s. Markers are not.
  EXPECT_LE(outcome.accounts.leaf_made.delivered,
            leaf_made(outcome) - replaced(outcome) - static_cast<int64_t>(workload().series()));
}

TEST_F(VirtualChurnTest, WhatEndsBetweenTwoFetchesIsUndersampled) {
  const RunOutcome outcome = run("slow", {"phases.measure=4h", "workload.churn.every=1m"});
  const int64_t scraped = 4 * 60 * 4 * 2000;
  EXPECT_EQ(outcome.accounts.window.scraped, scraped);
  // A fetch takes one scrape of four, whole: with series that ended right after it.
  EXPECT_EQ(outcome.accounts.window.delivered, scraped / 4);
  EXPECT_EQ(outcome.accounts.window.undersampled, scraped * 3 / 4);
  EXPECT_EQ(outcome.accounts.window.lost_total(), 0);
}

TEST_F(VirtualChurnTest, SelectorsHoldForAllGenerations) {
  const RunOutcome outcome =
      run("some", {"phases.measure=1h", "workload.churn={percent: 30, every: 1m}"});
  int64_t selected = 0;
  for (const Target& target : workload().targets()) {
    for (uint32_t p = 0; p < target.size(); ++p) {
      selected += target.labels(p).metric_name()[0] <= 'm';
    }
  }
  EXPECT_GT(selected, 0);
  EXPECT_LT(selected, 2000);
  EXPECT_EQ(outcome.accounts.window.delivered, 60 * 4 * selected);
  EXPECT_EQ(outcome.accounts.window.not_selected, 60 * 4 * (2000 - selected));
}

// Retries repeat samples of series that have ended meanwhile.
TEST_F(VirtualChurnTest, OutagesLoseNothingOfSeriesThatEnd) {
  const std::string timeline =
      "timeline:\n"
      "- {name: link, at: 5m, for: 3m, fault: link_down}\n"
      "- {name: central, at: 15m, for: 3m, fault: central_down}\n";
  const RunOutcome outcome =
      run("push", {"phases.measure=30m", "workload.churn={percent: 10, every: 15s}"}, timeline);
  EXPECT_EQ(outcome.accounts.window.scraped, 30 * 4 * 2000);
  EXPECT_EQ(outcome.accounts.window.delivered, 30 * 4 * 2000);
  EXPECT_EQ(outcome.accounts.leaf_made.scraped, leaf_made(outcome));
  // Reports of the last seconds are still on their way when the run ends; nothing else is missing.
  const LeafMade& made = outcome.accounts.leaf_made;
  EXPECT_EQ(made.dropped + made.rejected, 0);
  EXPECT_LE(made.scraped - made.delivered, 5 * 10);
  EXPECT_EQ((made.scraped - made.delivered) % 5, 0);
}

}  // namespace
}  // namespace pushpull
