// Faults in the loopback engine with mocks: what they cost is accounted for.
#include "harness/run/loopback_faults.h"

#include "harness/run/loopback_fixture.h"

namespace pushpull {
namespace {

TEST_F(LoopbackRunTest, ACentralThatRestartsOnItsDataCostsPushNothing) {
  const Result<RunOutcome> real = play(scenario(kCentralDown), "push");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_EQ(real->accounts.window.delivered, kScraped);
  EXPECT_EQ(real->accounts.run.corrupted + real->accounts.run.unknown, 0);
  EXPECT_GT(*real->instrument->recorder().freshness_lag().max(), Duration::milliseconds(1500));
}

TEST_F(LoopbackRunTest, ACentralThatRestartsCostsPullTheRoundsItMissed) {
  const Result<RunOutcome> real = play(scenario(kCentralDown), "pull");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  const Account& window = real->accounts.window;
  EXPECT_EQ(window.scraped, kScraped);
  // At least 2.5 s lie between two fetches, so two scrapes of each series, of which one is there;
  // at most the fetches around them and a slow start are more.
  EXPECT_GE(window.lost_for(LossCause::kFederateMissed), 2000);
  EXPECT_LE(window.lost_total(), 4 * 2000);
  EXPECT_EQ(window.delivered + window.undersampled + window.lost_total(), kScraped);
  EXPECT_EQ(real->accounts.run.corrupted + real->accounts.run.unknown, 0);
}

TEST_F(LoopbackRunTest, FaultsOfTheLinkAndASlowCentralCostPushNothing) {
  const Result<RunOutcome> real =
      play(scenario("timeline:\n"
                    "- {name: a, at: 1s, for: 1s, fault: latency, add: 300ms, jitter: 20ms}\n"
                    "- {name: b, at: 1500ms, fault: reset}\n"
                    "- {name: c, at: 2s, for: 1s, fault: http_status, status: 503, share: 50%}\n"
                    "- {name: d, at: 3s, for: 1s, fault: blackhole}\n"
                    "- {name: e, at: 5s, for: 1s, fault: bandwidth, limit: 1Mbit/s}\n"
                    "- {name: f, at: 5s, for: 1s, fault: packet_loss, share: 5%}\n"
                    "- {name: g, at: 6s, for: 2s, fault: slow_receiver, per_request: 700ms}\n"),
           "push");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_EQ(real->faults.size(), 7u);
  EXPECT_EQ(real->accounts.window.scraped, kScraped);
  EXPECT_EQ(real->accounts.window.delivered, kScraped);
  EXPECT_GT(*real->instrument->recorder().freshness_lag().max(), Duration::milliseconds(700));
}

// The new process is told of what stands at its role.
TEST_F(LoopbackRunTest, ASlowCentralThatRestartsIsStillSlow) {
  const Result<RunOutcome> real =
      play(scenario("timeline:\n"
                    "- {name: slow, at: 1s, for: 7s, fault: slow_receiver, per_request: 600ms}\n"
                    "- {name: restart, at: 3s, fault: central_restart}\n"),
           "push");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_EQ(real->accounts.window.delivered, kScraped);
  const auto starts = entries<journal::RoleStarted>("central");
  ASSERT_EQ(starts.size(), 2u);
  // Resharding begins 10 s after a start: there is one shard, so one request at a time.
  std::vector<Instant> commits;
  for (const auto& received : entries<journal::Received>("central")) {
    const Instant at = received.visible;
    if (at < starts[1].at || at > real->faults.at(0).to) continue;
    if (commits.empty() || at != commits.back()) commits.push_back(at);
  }
  ASSERT_GE(commits.size(), 3u);
  for (size_t i = 1; i < commits.size(); ++i) {
    EXPECT_GE(commits[i] - commits[i - 1], Duration::milliseconds(600));
  }
}

TEST_F(LoopbackRunTest, FaultsOfTheRolesAreAccountedFor) {
  const Result<RunOutcome> real =
      play(scenario("timeline:\n"
                    "- {name: a, at: 1s, for: 1s, fault: pause, role: central}\n"
                    "- {name: b, at: 2s, for: 1s, fault: target_down, share: 50%}\n"
                    "- {name: c, at: 3500ms, fault: central_restart}\n"
                    "- {name: d, at: 4s, for: 1s, fault: leaf_restart}\n"
                    "- {name: e, at: 6s, for: 1s, fault: pause, role: leaf}\n"),
           "push");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_FALSE(real->interrupted);
  EXPECT_EQ(real->faults.size(), 5u);
  const Account& window = real->accounts.window;
  // One of two targets once; both at least once while the leaf is away.
  EXPECT_LE(window.scraped, kScraped - 1000 - 2000);
  EXPECT_GT(window.scraped, kScraped / 3);
  EXPECT_EQ(window.delivered + window.lost_total(), window.scraped);
  EXPECT_EQ(window.lost_total(), window.lost_for(LossCause::kRestart));
  EXPECT_GT(real->accounts.offered_failed, 0);
}

}  // namespace
}  // namespace pushpull
