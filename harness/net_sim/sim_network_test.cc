#include "harness/net_sim/sim_network.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/net_sim/test_world.h"

namespace pushpull {
namespace {

constexpr Duration kMs = Duration::milliseconds(1);
constexpr Duration kRtt = SimWorld::kRtt;

SendError::Kind error_of(const SimWorld& world, size_t i) {
  EXPECT_TRUE(world.outcomes.at(i).exchange.failed);
  return world.outcomes.at(i).exchange.error.kind;
}

TEST(SimNetwork, RefusesWhereNobodyListens) {
  SimWorld world;
  world.network.connect(&world.leaf, "elsewhere:1", &world.link);
  world.send({}, "elsewhere:1");
  world.send({}, "localhost:2");
  EXPECT_TRUE(world.outcomes.empty());
  world.run();
  ASSERT_EQ(world.outcomes.size(), 2u);
  EXPECT_EQ(error_of(world, 0), SendError::Kind::kConnect);
  EXPECT_EQ(world.outcomes[0].at, Duration());  // on the same machine
  EXPECT_EQ(error_of(world, 1), SendError::Kind::kConnect);
  EXPECT_EQ(world.outcomes[1].at, kRtt);
  EXPECT_EQ(world.link.connections_opened(), 0);
}

TEST(SimNetwork, LinkDownResetsATransferAtOnce) {
  SimWorld world({kRtt, 8'000'000});  // 1 kB per ms
  world.send(SimWorld::request_of(100'000));
  world.run_until(kRtt + kMs * 100);
  world.network.set_link_state(&world.link, LinkState::kDown);
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_EQ(error_of(world, 0), SendError::Kind::kClosed);
  const int64_t sent = world.outcomes[0].exchange.bytes_sent;
  EXPECT_GT(sent, 0);
  EXPECT_LT(sent, 100'000);
  EXPECT_EQ(sent, world.link.bytes(Direction::kToServer));
  world.run();
  EXPECT_EQ(world.outcomes.size(), 1u);
  EXPECT_TRUE(world.service.arrivals.empty());
}

TEST(SimNetwork, LinkDownRefusesUntilItIsUp) {
  SimWorld world;
  world.send({});
  world.run_until(kMs * 500);
  world.network.set_link_state(&world.link, LinkState::kDown);
  world.send({});
  EXPECT_EQ(world.outcomes.size(), 1u);  // the first one; never inside send()
  world.run_until(kMs * 600);
  ASSERT_EQ(world.outcomes.size(), 2u);
  EXPECT_EQ(error_of(world, 1), SendError::Kind::kConnect);
  EXPECT_EQ(world.outcomes[1].at, kMs * 500);
  world.network.set_link_state(&world.link, LinkState::kUp);
  world.send({});
  world.run();
  ASSERT_EQ(world.outcomes.size(), 3u);
  EXPECT_FALSE(world.outcomes[2].exchange.failed);
  EXPECT_EQ(world.outcomes[2].at, kMs * 600 + kRtt * 2);  // the kept connection is gone
  EXPECT_EQ(world.link.connections_opened(), 2);
}

TEST(SimNetwork, AShortOutageStillClosesKeptConnections) {
  SimWorld world;
  world.send({});
  world.run_until(kMs * 500);
  world.network.set_link_state(&world.link, LinkState::kDown);
  world.network.set_link_state(&world.link, LinkState::kUp);
  world.send({});
  world.run();
  EXPECT_EQ(world.link.connections_opened(), 2);
}

TEST(SimNetwork, LinkDownLeavesTheServerAtWork) {
  CostModel costs;
  costs.of(Work::Kind::kWriteReceive) = {Duration::seconds(1), {}};
  SimWorld world({kRtt, 0}, costs);
  world.service.receive = {Work::Kind::kWriteReceive, 0};
  world.send({});
  world.run_until(kRtt * 2);
  world.network.set_link_state(&world.link, LinkState::kDown);
  EXPECT_EQ(error_of(world, 0), SendError::Kind::kClosed);
  world.run();
  EXPECT_EQ(world.service.arrivals.size(), 1u);
  EXPECT_EQ(world.central.cpu(), Duration::seconds(1));
  EXPECT_EQ(world.outcomes.size(), 1u);
}

TEST(SimNetwork, LinkDownDoesNotConcernOtherWays) {
  SimWorld world;
  world.service.silent = true;
  world.send({}, "localhost:9100");
  world.run_until(kMs);
  world.network.set_link_state(&world.link, LinkState::kDown);
  EXPECT_TRUE(world.outcomes.empty());
}

TEST(SimNetwork, MaySendFromDoneWhileTheLinkGoesDown) {
  SimWorld world;
  int refused = 0;
  for (int i = 0; i < 10; ++i) {
    world.transport->send("central:9090", {}, SimWorld::kTimeout, nullptr, Work::Kind::kNone,
                          [&](const Exchange& exchange) {
                            EXPECT_TRUE(exchange.failed);
                            world.send({});
                            ++refused;
                          });
  }
  world.run_until(kRtt / 2);
  world.network.set_link_state(&world.link, LinkState::kDown);
  EXPECT_EQ(refused, 10);
  EXPECT_TRUE(world.outcomes.empty());
  world.run();
  EXPECT_EQ(world.outcomes.size(), 10u);
}

TEST(SimNetwork, AStoppedServerResetsWhatItHadNotAnswered) {
  SimWorld world;
  world.service.silent = true;
  world.send({});
  world.run_until(kMs * 500);
  world.network.stop(&world.central);
  world.run();
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_EQ(error_of(world, 0), SendError::Kind::kClosed);
  EXPECT_EQ(world.outcomes[0].at, kMs * 500 + kRtt / 2);
  world.service.waiting.at(0)({});  // an answer of the dead goes nowhere
  world.run();
  EXPECT_EQ(world.outcomes.size(), 1u);
}

TEST(SimNetwork, AResponseThatHadLeftStillArrives) {
  SimWorld world;
  world.send({});
  world.run_until(kRtt + kRtt / 2 + kMs);  // the response is on its way
  world.network.stop(&world.central);
  world.run();
  EXPECT_FALSE(world.outcomes.at(0).exchange.failed);
}

TEST(SimNetwork, AStoppedServerForgetsItsWork) {
  CostModel costs;
  costs.of(Work::Kind::kWriteReceive) = {Duration::seconds(1), {}};
  SimWorld world({kRtt, 0}, costs);
  world.service.receive = {Work::Kind::kWriteReceive, 0};
  world.send({});
  world.run_until(kMs * 500);
  world.network.stop(&world.central);
  world.run();
  EXPECT_TRUE(world.service.arrivals.empty());
  EXPECT_EQ(world.central.cpu(), Duration());
}

TEST(SimNetwork, ServesAgainAfterARestart) {
  SimWorld world;
  world.send({});
  world.run_until(kMs * 500);
  world.network.stop(&world.central);
  world.send({});
  world.run_until(kMs * 1'000);
  ScriptedService successor;
  world.network.serve("central:9090", &world.central, &successor);
  world.send({});
  world.run();
  ASSERT_EQ(world.outcomes.size(), 3u);
  EXPECT_EQ(error_of(world, 1), SendError::Kind::kConnect);
  EXPECT_EQ(world.outcomes[1].at, kMs * 500 + kRtt);
  EXPECT_FALSE(world.outcomes[2].exchange.failed);
  EXPECT_EQ(successor.arrivals.size(), 1u);
  EXPECT_EQ(world.link.connections_opened(), 2);
}

TEST(SimNetwork, AResetClosesWhatIsOpenAndLetsTheRestIn) {
  SimWorld world;
  world.send({});
  world.run_until(kRtt + kMs);  // the request is on its way
  world.network.reset_link(&world.link);
  EXPECT_EQ(error_of(world, 0), SendError::Kind::kClosed);
  world.send({});
  world.run();
  ASSERT_EQ(world.outcomes.size(), 2u);
  EXPECT_FALSE(world.outcomes[1].exchange.failed);
  EXPECT_EQ(world.link.connections_opened(), 2);
}

// A client that tries again at once does so on a new connection, which the same reset spares.
TEST(SimNetwork, AResetSparesRequestsThatItBringsAbout) {
  SimWorld world;
  world.transport->send("central:9090", {}, SimWorld::kTimeout, nullptr, Work::Kind::kNone,
                        [&world](const Exchange& exchange) {
                          EXPECT_TRUE(exchange.failed);
                          world.send({});
                        });
  world.run_until(kRtt + kMs);
  world.network.reset_link(&world.link);
  world.run();
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_FALSE(world.outcomes[0].exchange.failed);
}

TEST(SimNetwork, ABlackholeSwallowsConnectsAndBytesUntilTheyTimeOut) {
  SimWorld world;
  world.send({});
  world.run_until(kMs * 500);  // leaves a kept connection
  const int64_t bytes = world.link.bytes(Direction::kToServer);
  world.network.set_link_state(&world.link, LinkState::kBlackhole);
  world.send({}, "central:9090", kMs * 100);  // over it
  world.send({}, "central:9090", kMs * 200);  // over one that never opens
  world.run();
  ASSERT_EQ(world.outcomes.size(), 3u);
  EXPECT_EQ(error_of(world, 1), SendError::Kind::kTimeout);
  EXPECT_EQ(world.outcomes[1].at, kMs * 600);
  EXPECT_EQ(error_of(world, 2), SendError::Kind::kTimeout);
  EXPECT_EQ(world.outcomes[2].at, kMs * 700);
  EXPECT_EQ(world.service.arrivals.size(), 1u);
  EXPECT_EQ(world.link.connections_opened(), 1);
  EXPECT_EQ(world.link.bytes(Direction::kToServer), bytes);
}

TEST(SimNetwork, TheEndOfABlackholeResetsWhatHungOnIt) {
  SimWorld world;
  world.service.silent = true;
  world.send({});
  world.send({});
  world.run_until(kRtt * 2);  // both are at the server
  world.network.set_link_state(&world.link, LinkState::kBlackhole);
  world.service.waiting[0]({});  // vanishes
  world.send({});                // connects to nowhere
  world.run_until(kRtt * 10);
  EXPECT_TRUE(world.outcomes.empty());
  world.network.set_link_state(&world.link, LinkState::kUp);
  ASSERT_EQ(world.outcomes.size(), 3u);
  EXPECT_EQ(error_of(world, 0), SendError::Kind::kClosed);
  EXPECT_EQ(error_of(world, 1), SendError::Kind::kClosed);
  EXPECT_EQ(error_of(world, 2), SendError::Kind::kConnect);
  world.service.silent = false;
  world.send({});
  world.run();
  EXPECT_FALSE(world.outcomes.at(3).exchange.failed);
}

// The request crosses the link and the answer comes back: no server is asked.
TEST(SimNetwork, TheLinkAnswersRequestsItself) {
  SimWorld world;
  world.link.set_answer(LinkAnswer{429, 1, Duration::seconds(5)});
  world.send(SimWorld::request_of(10'000));
  world.run();
  ASSERT_EQ(world.outcomes.size(), 1u);
  const Exchange& exchange = world.outcomes[0].exchange;
  EXPECT_FALSE(exchange.failed);
  EXPECT_EQ(exchange.response.status, 429);
  EXPECT_EQ(exchange.response.headers.get("Retry-After"), "5");
  EXPECT_EQ(world.outcomes[0].at, kRtt * 2);  // a handshake and a round trip
  EXPECT_EQ(exchange.bytes_sent, 10'000);
  EXPECT_EQ(exchange.bytes_received, world.link.bytes(Direction::kToClient));
  EXPECT_GT(exchange.bytes_received, 0);
  EXPECT_TRUE(world.service.arrivals.empty());
  world.link.set_answer(std::nullopt);
  world.send({});
  world.run();
  EXPECT_EQ(world.outcomes.at(1).exchange.response.status, 200);
  EXPECT_EQ(world.link.connections_opened(), 1);  // an answer does not close it
}

TEST(SimNetwork, TheLinkAnswersAShareOfRequests) {
  constexpr int kRequests = 1'000;
  SimWorld world;
  world.link.set_answer(LinkAnswer{503, 0.25, {}});
  for (int i = 0; i < kRequests; ++i) world.send({});
  world.run();
  const auto answered = std::ranges::count_if(world.outcomes, [](const SimWorld::Outcome& outcome) {
    return outcome.exchange.response.status == 503;
  });
  // 250, and four standard deviations of 13.7.
  EXPECT_NEAR(static_cast<double>(answered), 250, 55);
  EXPECT_EQ(static_cast<size_t>(kRequests - answered), world.service.arrivals.size());
}

TEST(SimNetwork, ADisturbanceIsForBytesSentAfterIt) {
  SimWorld world;
  world.send({});
  world.run_until(kRtt + kMs);  // the request has left
  world.link.disturb(Direction::kToServer, {kMs * 300});
  world.run_until(kMs * 500);
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_EQ(world.outcomes[0].at, kRtt * 2);
  world.send({});
  world.run();
  EXPECT_EQ(world.outcomes.at(1).at, kMs * 500 + kRtt + kMs * 300);
}

TEST(SimNetwork, AFrozenClientHearsNothingUntilItGoesOn) {
  SimWorld world;
  world.send({});
  world.send({}, "elsewhere:1");
  world.leaf.freeze();
  world.send({});  // does not leave
  world.run_until(Duration::seconds(1));
  EXPECT_TRUE(world.outcomes.empty());
  EXPECT_EQ(world.service.arrivals.size(), 1u);
  world.leaf.thaw();
  ASSERT_EQ(world.outcomes.size(), 2u);
  EXPECT_EQ(world.outcomes[0].at, Duration::seconds(1));
  world.run();
  ASSERT_EQ(world.outcomes.size(), 3u);
  EXPECT_EQ(world.outcomes[2].at, Duration::seconds(1) + kRtt);  // over the kept connection
}

TEST(SimNetwork, AFrozenClientLearnsLateOfATimeout) {
  SimWorld world;
  world.service.silent = true;
  world.send({}, "central:9090", kMs * 300);
  world.run_until(kRtt * 2);
  world.leaf.freeze();
  world.run_until(Duration::seconds(1));
  EXPECT_TRUE(world.outcomes.empty());
  world.leaf.thaw();
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_EQ(error_of(world, 0), SendError::Kind::kTimeout);
}

TEST(SimNetwork, AFrozenServerTakesRequestsWhenItGoesOn) {
  SimWorld world;
  world.central.freeze();
  world.send({});
  world.run_until(Duration::seconds(1));
  EXPECT_TRUE(world.service.arrivals.empty());
  EXPECT_EQ(world.link.connections_opened(), 1);  // its kernel accepts
  world.central.thaw();
  world.run();
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_EQ(world.outcomes[0].at, Duration::seconds(1) + kRtt / 2);
}

}  // namespace
}  // namespace pushpull
