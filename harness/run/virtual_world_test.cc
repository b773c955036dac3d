#include "harness/run/virtual_world.h"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/run/relabelled_for_test.h"
#include "harness/run/result_json.h"
#include "harness/run/virtual_fixture.h"

namespace pushpull {
namespace {

// Beside the small world's variants, one that relabels.
class VirtualWorldTest : public VirtualTest {
 protected:
  RunOutcome run_lean() {
    std::string text(kSmallWorld);
    const std::string lean =
        "  lean: {remote_write: {write_relabel_configs: " + std::string(kDisguise) + "}}\n";
    load(text.insert(text.find("phases:"), lean));
    return play("lean");
  }
  // Requires: run_lean() was called.
  int64_t dropped_series() const { return relabelled_series(workload(), variant("lean")); }
};

TEST_F(VirtualWorldTest, PushDeliversEverySampleOnce) {
  const RunOutcome outcome = run("push");
  const Account& window = outcome.accounts.window;
  EXPECT_EQ(window.scraped, kScraped);
  EXPECT_EQ(window.delivered, kScraped);
  EXPECT_EQ(window.duplicates, 0);
  EXPECT_EQ(outcome.accounts.run.pending, 0);
  EXPECT_GT(outcome.accounts.leaf_made.delivered, 0);
  // A partial batch waits for the deadline of 5 s at most, then the link and the receiver.
  const Histogram& lag = outcome.instrument->recorder().freshness_lag();
  EXPECT_EQ(lag.count(), static_cast<uint64_t>(kScraped));
  EXPECT_LT(*lag.max(), Duration::seconds(6));
  EXPECT_GT(*lag.min(), Duration::milliseconds(20));
}

TEST_F(VirtualWorldTest, RelabelledSeriesAreLostByDesignAndTheOthersArrive) {
  const RunOutcome plain = run("push");
  const RunOutcome outcome = run_lean();
  const int64_t dropped = dropped_series();
  ASSERT_GT(dropped, 100);
  ASSERT_LT(dropped, 900);
  const Account& window = outcome.accounts.window;
  EXPECT_EQ(window.scraped, kScraped);
  EXPECT_EQ(window.lost_for(LossCause::kRelabelled), dropped * 60);
  EXPECT_EQ(window.lost_total(), dropped * 60);
  EXPECT_EQ(window.delivered, (1000 - dropped) * 60);
  // up and its like stay; the markers that end the dropped series go as the series go.
  const LeafMade& made = outcome.accounts.leaf_made;
  EXPECT_EQ(made.scraped, plain.accounts.leaf_made.scraped);
  EXPECT_EQ(made.dropped, dropped);
  EXPECT_EQ(made.delivered, plain.accounts.leaf_made.delivered - dropped);
}

TEST_F(VirtualWorldTest, RelabelledBodiesAreSmaller) {
  const auto bytes = [](const RunOutcome& outcome) {
    int64_t sum = 0;
    for (const TimeSeries::Column& column : outcome.instrument->recorder().wire().columns()) {
      for (const double value : column.values) sum += std::isnan(value) ? 0 : std::lround(value);
    }
    return sum;
  };
  const RunOutcome lean = run_lean();
  const auto dropped = static_cast<double>(dropped_series());
  const double ratio = static_cast<double>(bytes(lean)) / static_cast<double>(bytes(run("push")));
  // The kept series have labels of about the same size; requests have heads of their own.
  EXPECT_LT(ratio, 1);
  EXPECT_NEAR(ratio, 1 - dropped / 1000, 0.25);
}

TEST_F(VirtualWorldTest, PullTwicePerScrapeCapturesEverySample) {
  const RunOutcome outcome = run("pull");
  EXPECT_EQ(outcome.accounts.window.scraped, kScraped);
  EXPECT_EQ(outcome.accounts.window.delivered, kScraped);
  EXPECT_LT(*outcome.instrument->recorder().freshness_lag().max(), Duration::seconds(6));
}

TEST_F(VirtualWorldTest, PullEverySecondScrapeUndersamplesHalf) {
  const RunOutcome outcome = run("half");
  EXPECT_EQ(outcome.accounts.window.delivered, kScraped / 2);
  EXPECT_EQ(outcome.accounts.window.undersampled, kScraped / 2);
  EXPECT_EQ(outcome.accounts.window.lost_total(), 0);
}

TEST_F(VirtualWorldTest, AnOutageCostsPushNothingAndPullItsRounds) {
  const std::string outage = "{name: outage, at: 2m, for: 1m5s, fault: link_down}";
  const RunOutcome push = run("push", outage);
  EXPECT_EQ(push.accounts.window.delivered, kScraped);
  EXPECT_GT(*push.instrument->recorder().freshness_lag().max(), Duration::minutes(1));

  // 13 fetches of 5 s fail, so 70 s lie between the last good fetch and the next: seven scrapes of
  // a target, of which the newest is still there.
  const RunOutcome pull = run("pull", outage);
  EXPECT_EQ(pull.accounts.window.delivered, kScraped - 6 * 1000);
  EXPECT_EQ(pull.accounts.window.lost_for(LossCause::kFederateFailed), 6 * 1000);
  EXPECT_EQ(pull.accounts.window.undersampled, 0);
}

TEST_F(VirtualWorldTest, ACentralThatIsDownIsAnOutageToo) {
  const std::string outage = "{name: outage, at: 2m, for: 1m5s, fault: central_down}";
  const RunOutcome push = run("push", outage);
  EXPECT_EQ(push.accounts.window.delivered, kScraped);
  const RunOutcome pull = run("pull", outage);
  EXPECT_EQ(pull.accounts.window.delivered, kScraped - 6 * 1000);
  EXPECT_EQ(pull.accounts.window.lost_for(LossCause::kFederateMissed), 6 * 1000);
}

TEST_F(VirtualWorldTest, EqualSeedsGiveEqualBytes) {
  const auto bytes = [this] {
    RunIdentity identity;
    identity.variant = "push";
    const RunOutcome outcome = run("push");
    return run_json(identity, scenario(), outcome).dump();
  };
  EXPECT_EQ(bytes(), bytes());
}

TEST_F(VirtualWorldTest, TheRasterShowsAnOutageOfEachTarget) {
  const RunOutcome outcome = run("pull", "{name: outage, at: 2m, for: 65s, fault: link_down}");
  const nlohmann::ordered_json raster = run_json({}, scenario(), outcome)["raster"];
  // 660 s of warm-up and measurement in steps of 2 s; 20 targets, all of them.
  EXPECT_EQ(raster["step_s"], 2);
  EXPECT_DOUBLE_EQ(raster["start_s"].get<double>(), -60);
  ASSERT_EQ(raster["targets"].size(), 20u);
  ASSERT_EQ(raster["staleness_s"].size(), 20u);
  for (const auto& ages : raster["staleness_s"]) {
    ASSERT_EQ(ages.size(), 330u);
    // Usual: a scrape each 10 s and a fetch each 5 s. 60 s into the outage all are older than 55 s.
    EXPECT_LT(ages[(60 + 110) / 2].get<double>(), 16);
    EXPECT_GT(ages[(60 + 180) / 2].get<double>(), 55);
    EXPECT_LT(ages[(60 + 210) / 2].get<double>(), 16);
  }
}

TEST_F(VirtualWorldTest, StoppingKeepsWhatWasMeasured) {
  load(std::string(kSmallWorld));
  const RunOutcome outcome =
      play("push", [](Duration done, Duration total) { return done < total / 2; });
  EXPECT_TRUE(outcome.interrupted);
  EXPECT_GT(outcome.accounts.window.delivered, 0);
  EXPECT_LT(outcome.accounts.window.scraped, kScraped);
}

}  // namespace
}  // namespace pushpull
