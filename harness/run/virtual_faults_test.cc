// Every fault in virtual time, push and pull, with what it must cost.
#include "harness/run/virtual_faults.h"

#include <gtest/gtest.h>

#include "harness/run/virtual_fixture.h"

namespace pushpull {
namespace {

class VirtualFaultsTest : public VirtualTest {
 protected:
  static int64_t counter(const RunOutcome& outcome, const std::string& name) {
    const Recorder::Counters& counters = outcome.instrument->recorder().counters();
    const auto found = counters.find(name);
    return found == counters.end() ? 0 : found->second;
  }
  static const Histogram& lag(const RunOutcome& outcome) {
    return outcome.instrument->recorder().freshness_lag();
  }
  static Duration mean_lag(const RunOutcome& outcome) { return *lag(outcome).mean(); }
};

// Whatever keeps fetches from a central that runs for 65 s: 13 fetches of 5 s fail, so 70 s lie
// between the last good fetch and the next, seven scrapes of a target, of which the newest is still
// there.
void expect_six_rounds_lost(const RunOutcome& pull) {
  EXPECT_EQ(pull.accounts.window.lost_for(LossCause::kFederateFailed), 6 * kRound);
  EXPECT_EQ(pull.accounts.window.delivered, kScraped - 6 * kRound);
}

TEST_F(VirtualFaultsTest, ABlackholeCostsPushNothingAndPullItsRounds) {
  const std::string fault = "{name: f, at: 2m, for: 1m5s, fault: blackhole}";
  const RunOutcome push = run("push", fault);
  EXPECT_EQ(push.accounts.window.delivered, kScraped);
  EXPECT_GT(*lag(push).max(), Duration::minutes(1));
  expect_six_rounds_lost(run("pull", fault));
}

TEST_F(VirtualFaultsTest, AResetCostsConnectionsOnly) {
  const std::string fault = "{name: f, at: 2m, fault: reset}";
  for (const char* variant : {"push", "pull"}) {
    const RunOutcome calm = run(variant);
    const RunOutcome reset = run(variant, fault);
    EXPECT_EQ(reset.accounts.window.delivered, kScraped) << variant;
    // One per leaf at least, both being busy by then.
    EXPECT_GE(counter(reset, "connections"), counter(calm, "connections") + 2) << variant;
  }
}

// Data that take a second more to the central are a second older there. Under push, the next batch
// collects while a request and its response are under way, whichever of them is late: half of that
// more in the mean, give or take how scrapes fall into batches.
TEST_F(VirtualFaultsTest, LatencyIsSeenInTheLagOfItsDirection) {
  const auto added = [this](const std::string& variant, const std::string& direction) {
    const RunOutcome late =
        run(variant,
            "{name: f, at: 0s, for: 10m, fault: latency, add: 1s, direction: " + direction + "}");
    EXPECT_EQ(late.accounts.window.delivered, kScraped) << variant;
    return (mean_lag(late) - mean_lag(run(variant))).in_seconds();
  };
  EXPECT_NEAR(added("pull", "to_central"), 1.0, 0.1);
  EXPECT_NEAR(added("push", "to_central"), 1.0 + 0.5, 0.3);
  EXPECT_NEAR(added("push", "to_leaf"), 0.5, 0.3);
}

// A request of some ten kB takes far longer than the remote timeout of 30 s at 250 B/s.
TEST_F(VirtualFaultsTest, ATightLinkDelaysPushAndLosesNothing) {
  const RunOutcome push =
      run("push", "{name: f, at: 2m, for: 2m, fault: bandwidth, limit: 2kbit/s}");
  EXPECT_EQ(push.accounts.window.delivered, kScraped);
  EXPECT_GT(*lag(push).max(), Duration::minutes(1));
  EXPECT_GT(counter(push, "requests_failed"), 0);
}

TEST_F(VirtualFaultsTest, LostPacketsCostTimeNotSamples) {
  const std::string fault = "{name: f, at: 0s, for: 10m, fault: packet_loss, share: 5%}";
  for (const char* variant : {"push", "pull"}) {
    const RunOutcome lossy = run(variant, fault);
    EXPECT_EQ(lossy.accounts.window.delivered, kScraped) << variant;
    EXPECT_GT(mean_lag(lossy), mean_lag(run(variant))) << variant;
    EXPECT_EQ(mean_lag(lossy), mean_lag(run(variant, fault))) << "chance does not repeat";
  }
}

TEST_F(VirtualFaultsTest, A503CostsPushNothingAndPullItsRounds) {
  const std::string fault = "{name: f, at: 2m, for: 1m5s, fault: http_status, status: 503}";
  const RunOutcome push = run("push", fault);
  EXPECT_EQ(push.accounts.window.delivered, kScraped);
  EXPECT_EQ(push.accounts.window.duplicates, 0);
  EXPECT_GT(counter(push, "requests_failed"), 0);
  EXPECT_GT(*lag(push).max(), Duration::minutes(1));
  const RunOutcome pull = run("pull", fault);
  expect_six_rounds_lost(pull);
  EXPECT_EQ(counter(pull, "requests_failed"), 13 * 2);
}

TEST_F(VirtualFaultsTest, A400CostsPushItsBatches) {
  const RunOutcome push =
      run("push", "{name: f, at: 2m, for: 1m, fault: http_status, status: 400}");
  const Account& window = push.accounts.window;
  EXPECT_EQ(window.lost_total(), window.lost_for(LossCause::kRejected));
  EXPECT_EQ(window.delivered + window.lost_total(), kScraped);
  // Six rounds are scraped meanwhile; a batch waits up to 5 s, on either side.
  EXPECT_GE(window.lost_total(), 5 * kRound);
  EXPECT_LE(window.lost_total(), 7 * kRound);
}

TEST_F(VirtualFaultsTest, SomeTargetsDownAreOfferedAndNotScraped) {
  const std::string fault = "{name: f, at: 2m, for: 1m, fault: target_down, share: 30%}";
  // Three of ten targets of either leaf, 50 series each, six times.
  for (const char* variant : {"push", "pull"}) {
    const RunOutcome calm = run(variant);
    const RunOutcome outcome = run(variant, fault);
    EXPECT_EQ(outcome.accounts.window.scraped, kScraped - 6 * 2 * 3 * 50) << variant;
    EXPECT_EQ(outcome.accounts.window.delivered, outcome.accounts.window.scraped) << variant;
    EXPECT_EQ(outcome.accounts.offered_failed, calm.accounts.offered_failed + 6 * 2 * 3) << variant;
  }
}

TEST_F(VirtualFaultsTest, ALeafThatRestartsFlushesFirst) {
  const std::string fault = "{name: f, at: 2m, for: 30s, fault: leaf_restart}";
  const RunOutcome push = run("push", fault);
  EXPECT_EQ(push.accounts.window.scraped, kScraped - 3 * kRound);
  EXPECT_EQ(push.accounts.window.delivered, push.accounts.window.scraped);
  const RunOutcome pull = run("pull", fault);
  EXPECT_EQ(pull.accounts.window.scraped, kScraped - 3 * kRound);
  // The last round before may be gone with the look-back of the first after it, or not.
  EXPECT_GE(pull.accounts.window.delivered, kScraped - 4 * kRound);
}

// Down at 2 min 30 s with the link cut since 2 min: the flush gives up after a minute, and the
// metadata that has been on its way since 2 min after another. What is queued then is lost to it,
// what is still in the WAL to the restart.
TEST_F(VirtualFaultsTest, ALeafThatCannotFlushLosesWhatItHolds) {
  const std::string faults =
      "{name: cut, at: 2m, for: 3m, fault: link_down}, "
      "{name: f, at: 2m30s, for: 10s, fault: leaf_restart}";
  const RunOutcome outcome = run("narrow", faults);
  const Account& window = outcome.accounts.window;
  EXPECT_GT(window.lost_for(LossCause::kRestart), 0);
  EXPECT_GT(window.lost_for(LossCause::kHardShutdown), 0);
  EXPECT_EQ(window.lost_total(),
            window.lost_for(LossCause::kRestart) + window.lost_for(LossCause::kHardShutdown));
  EXPECT_EQ(window.delivered + window.lost_total(), window.scraped);
  // Twelve rounds of the two minutes of flushing are not scraped, and the three before are lost,
  // give or take what was under way when the link was cut.
  EXPECT_EQ(window.scraped, kScraped - 12 * kRound);
  EXPECT_GE(window.lost_total(), 3 * kRound);
  EXPECT_LE(window.lost_total(), 4 * kRound);
  // It began again once the flush had given up, not after the 10 s that were asked for.
  EXPECT_EQ(outcome.faults[1].to, outcome.faults[1].from + Duration::minutes(2));
}

TEST_F(VirtualFaultsTest, ACentralThatRestartsAtOnceCostsNothing) {
  const std::string fault = "{name: f, at: 2m, fault: central_restart}";
  for (const char* variant : {"push", "pull"}) {
    EXPECT_EQ(run(variant, fault).accounts.window.delivered, kScraped) << variant;
  }
}

// Under push, the next batch collects meanwhile: half of the delay more in the mean.
TEST_F(VirtualFaultsTest, ASlowCentralDelaysWhatItReceives) {
  const auto added = [this](const std::string& variant) {
    const RunOutcome slow =
        run(variant, "{name: f, at: 0s, for: 10m, fault: slow_receiver, per_request: 2s}");
    EXPECT_EQ(slow.accounts.window.delivered, kScraped) << variant;
    return (mean_lag(slow) - mean_lag(run(variant))).in_seconds();
  };
  EXPECT_NEAR(added("pull"), 2.0, 0.2);
  EXPECT_NEAR(added("push"), 2.0 + 1.0, 0.3);
}

// A restart costs it what it costs a fast one, next to nothing, and does not make it fast.
TEST_F(VirtualFaultsTest, ASlowCentralThatRestartsStaysSlow) {
  const std::string slow = "{name: s, at: 0s, for: 10m, fault: slow_receiver, per_request: 2s}";
  for (const char* variant : {"push", "pull"}) {
    const RunOutcome steady = run(variant, slow);
    const RunOutcome restarted = run(variant, slow + ", {name: r, at: 1m, fault: central_restart}");
    EXPECT_EQ(restarted.accounts.window.delivered, kScraped) << variant;
    EXPECT_NEAR(mean_lag(restarted).in_seconds(), mean_lag(steady).in_seconds(), 0.2) << variant;
  }
}

// 20 s over each fetch of every 5 s: one of four fetches is made, one of two scrapes arrives.
TEST_F(VirtualFaultsTest, ACentralSlowerThanItsFetchesMissesSome) {
  const RunOutcome pull =
      run("pull", "{name: f, at: 0s, for: 10m, fault: slow_receiver, per_request: 20s}");
  EXPECT_NEAR(static_cast<double>(pull.accounts.window.delivered), kScraped / 2.0, kRound * 3.0);
}

TEST_F(VirtualFaultsTest, APausedCentralCostsPushNothing) {
  const std::string fault = "{name: f, at: 2m, for: 1m5s, fault: pause, role: central}";
  const RunOutcome push = run("push", fault);
  EXPECT_EQ(push.accounts.window.delivered, kScraped);
  EXPECT_GT(*lag(push).max(), Duration::minutes(1));
  // Nobody fetches; the tick that was due first is made up for at the end.
  const RunOutcome pull = run("pull", fault);
  EXPECT_EQ(pull.accounts.window.lost_for(LossCause::kFederateMissed),
            pull.accounts.window.lost_total());
  EXPECT_GE(pull.accounts.window.lost_total(), 5 * kRound);
  EXPECT_LE(pull.accounts.window.lost_total(), 6 * kRound);
}

TEST_F(VirtualFaultsTest, APausedLeafScrapesNothing) {
  const std::string fault = "{name: f, at: 2m, for: 1m, fault: pause, role: leaf}";
  for (const char* variant : {"push", "pull"}) {
    const RunOutcome outcome = run(variant, fault);
    // Of six rounds the first is made up for at the end, late, and then the one tick that a scrape
    // loop keeps; where both have one timestamp, in milliseconds, the head refuses the second.
    EXPECT_LE(outcome.accounts.window.scraped, kScraped - 4 * kRound) << variant;
    EXPECT_GE(outcome.accounts.window.scraped, kScraped - 5 * kRound) << variant;
  }
}

TEST_F(VirtualFaultsTest, SpansTellWhatReallyWas) {
  const RunOutcome outcome = run("push",
                                 "{name: a, at: 1m, for: 2m, fault: latency, add: 1s}, "
                                 "{name: b, at: 2m, fault: reset}");
  ASSERT_EQ(outcome.faults.size(), 2u);
  EXPECT_EQ(outcome.faults[0].from, outcome.window.begin + Duration::minutes(1));
  EXPECT_EQ(outcome.faults[0].to, outcome.window.begin + Duration::minutes(3));
  EXPECT_EQ(outcome.faults[1].from, outcome.faults[1].to);
}

}  // namespace
}  // namespace pushpull
