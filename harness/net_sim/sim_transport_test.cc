#include "harness/net_sim/sim_transport.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/base/random.h"
#include "harness/net_sim/test_world.h"

namespace pushpull {
namespace {

constexpr Duration kMs = Duration::milliseconds(1);
constexpr Duration kRtt = SimWorld::kRtt;
constexpr int64_t kWindow = WanFlow::kInitialWindow;
constexpr uint64_t kSeed = 42;

TEST(SimTransport, PassesPayloadsThroughAsObjects) {
  SimWorld world;
  const Request request = SimWorld::request_of(1'000);
  world.service.response = SimWorld::response_of(500);
  world.send(request);
  world.run();
  ASSERT_EQ(world.service.arrivals.size(), 1u);
  EXPECT_EQ(world.service.arrivals[0].request.body.payload, request.body.payload);
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_FALSE(world.outcomes[0].exchange.failed);
  EXPECT_EQ(world.outcomes[0].exchange.response.body.payload, world.service.response.body.payload);
}

// Gives what the test says.
class ScriptedSource : public AuthorizationSource {
 public:
  explicit ScriptedSource(Result<Secret> value) : value_(std::move(value)) {}
  Result<Secret> authorization() const override { return value_; }

 private:
  const Result<Secret> value_;
};

TEST(SimTransport, CredentialsAreOnTheWire) {
  SimWorld world;
  Request request;
  world.send(request);
  world.run();
  request.authorization = std::make_shared<ScriptedSource>(Secret("Bearer abc"));
  world.send(request);
  world.run();
  ASSERT_EQ(world.outcomes.size(), 2u);
  EXPECT_EQ(world.outcomes[1].exchange.bytes_sent - world.outcomes[0].exchange.bytes_sent,
            static_cast<int64_t>(std::string_view("Authorization: Bearer abc\r\n").size()));
  EXPECT_EQ(world.service.arrivals[1].request.headers.get("Authorization"), "Bearer abc");
}

TEST(SimTransport, WhatCannotBeSentFailsAndCostsNothing) {
  SimWorld world;
  Request request;
  request.authorization = std::make_shared<ScriptedSource>(Error{"no such file"});
  world.send(request);
  EXPECT_TRUE(world.outcomes.empty()) << "never inside send()";
  Request secure;
  secure.tls = std::make_shared<TlsSettings>();
  world.send(secure);
  world.run();
  ASSERT_EQ(world.outcomes.size(), 2u);
  for (const SimWorld::Outcome& outcome : world.outcomes) {
    EXPECT_TRUE(outcome.exchange.failed);
    EXPECT_EQ(outcome.exchange.bytes_sent, 0);
  }
  EXPECT_EQ(world.outcomes[1].exchange.error.message,
            "central:9090: TLS is not modelled in virtual time");
  EXPECT_EQ(world.link.connections_opened(), 0);
  EXPECT_TRUE(world.service.arrivals.empty());
}

TEST(SimTransport, IsInstantButNeverReentrantOnOneMachine) {
  SimWorld world;
  world.send({}, "localhost:9100");
  EXPECT_TRUE(world.outcomes.empty());
  EXPECT_TRUE(world.service.arrivals.empty());
  world.run_until(Duration());
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_FALSE(world.outcomes[0].exchange.failed);
  EXPECT_EQ(world.link.bytes(Direction::kToServer), 0);
}

TEST(SimTransport, ConnectsOnceAndKeepsTheConnection) {
  SimWorld world;
  world.send({});
  world.run_until(Duration::seconds(1));
  world.send({});
  world.run_until(Duration::seconds(2));
  ASSERT_EQ(world.outcomes.size(), 2u);
  EXPECT_EQ(world.outcomes[0].at, kRtt * 2);  // handshake, request and response
  EXPECT_EQ(world.outcomes[1].at, Duration::seconds(1) + kRtt);
  EXPECT_EQ(world.link.connections_opened(), 1);
}

TEST(SimTransport, OpensAConnectionPerConcurrentRequest) {
  SimWorld world;
  for (int i = 0; i < 3; ++i) world.send({});
  world.run_until(Duration::seconds(1));
  for (int i = 0; i < 2; ++i) world.send({});
  world.run();
  EXPECT_EQ(world.outcomes.size(), 5u);
  EXPECT_EQ(world.link.connections_opened(), 3);
}

// Handshake 1; request of windows 1 + 2 + 4: 2.5; response of windows 1 + 2: 1.5 round trips.
TEST(SimTransport, TakesTheTimeOfTheWanModelBothWays) {
  SimWorld world;
  world.service.response = SimWorld::response_of(3 * kWindow);
  world.send(SimWorld::request_of(7 * kWindow));
  world.run();
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_EQ(world.outcomes[0].at, kRtt * 5);
}

TEST(SimTransport, SharesTheBottleneckInOrderOfArrival) {
  SimWorld world({kRtt, 8'000'000});  // 1 kB per ms
  for (int i = 0; i < 2; ++i) world.send(SimWorld::request_of(10'000));
  world.run();
  ASSERT_EQ(world.outcomes.size(), 2u);
  const Duration response =
      path_shape({{}, 8'000'000}, {}, {}).serialization(head_size(Response(), 0));
  EXPECT_EQ(world.outcomes[0].at, kRtt * 2 + kMs * 10 + response);
  EXPECT_EQ(world.outcomes[1].at, kRtt * 2 + kMs * 20 + response);
}

TEST(SimTransport, ChargesWorkAtBothEnds) {
  CostModel costs;
  costs.of(Work::Kind::kWriteEncode) = {kMs * 3, {}};
  costs.of(Work::Kind::kWriteReceive) = {kMs * 5, {}};
  costs.of(Work::Kind::kFederateServe) = {kMs * 7, {}};
  costs.of(Work::Kind::kScrapeParse) = {{}, Duration::seconds(11)};  // 11 us per sample
  SimWorld world({kRtt, 0}, costs);
  world.service.receive = {Work::Kind::kWriteReceive, 0};
  world.service.response = SimWorld::response_of(1'000, 1'000);
  world.service.response.encode_work = {Work::Kind::kFederateServe, 0};
  Request request;
  request.encode_work = {Work::Kind::kWriteEncode, 0};
  world.send(std::move(request));
  world.run();
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_EQ(world.outcomes[0].at, kRtt * 2 + kMs * (3 + 5 + 7 + 11));
  EXPECT_EQ(world.leaf.cpu(Work::Kind::kWriteEncode), kMs * 3);
  EXPECT_EQ(world.central.cpu(Work::Kind::kWriteReceive), kMs * 5);
  EXPECT_EQ(world.central.cpu(Work::Kind::kFederateServe), kMs * 7);
  EXPECT_EQ(world.leaf.cpu(Work::Kind::kScrapeParse), kMs * 11);
}

TEST(SimTransport, WaitsForAFreeWorkerAtTheServer) {
  CostModel costs;
  costs.of(Work::Kind::kWriteReceive) = {kMs * 10, {}};
  SimWorld world({kRtt, 0}, costs);
  world.service.receive = {Work::Kind::kWriteReceive, 0};
  for (int i = 0; i < 3; ++i) world.send({});
  world.run();
  ASSERT_EQ(world.outcomes.size(), 3u);
  EXPECT_EQ(world.outcomes[1].at, kRtt * 2 + kMs * 10);
  EXPECT_EQ(world.outcomes[2].at, kRtt * 2 + kMs * 20);
}

TEST(SimTransport, CountsHeadsAndBodiesAndNothingElse) {
  SimWorld world({kRtt, 10'000'000});
  Request request;
  request.method = "POST";
  request.path = "/api/v1/write";
  request.headers.add("Content-Encoding", "snappy");
  request.body.payload = std::make_shared<SizedPayload>(100'000, 2'000);
  const int64_t up = head_size(request, "central:9090", 100'000) + 100'000;
  world.service.response.body.bytes = "four";
  const int64_t down = head_size(world.service.response, 4) + 4;
  for (int i = 0; i < 5; ++i) world.send(request);
  world.run();
  ASSERT_EQ(world.outcomes.size(), 5u);
  for (const SimWorld::Outcome& outcome : world.outcomes) {
    EXPECT_EQ(outcome.exchange.bytes_sent, up);
    EXPECT_EQ(outcome.exchange.bytes_received, down);
  }
  EXPECT_EQ(world.link.bytes(Direction::kToServer), 5 * up);
  EXPECT_EQ(world.link.bytes(Direction::kToClient), 5 * down);
}

TEST(SimTransport, GivesUpAtTheDeadlineWhileTheServerGoesOn) {
  SimWorld world;
  world.service.silent = true;
  world.send({}, "central:9090", Duration::seconds(10));
  world.run();
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_EQ(world.outcomes[0].at, Duration::seconds(10));
  EXPECT_EQ(world.outcomes[0].exchange.error.kind, SendError::Kind::kTimeout);
  ASSERT_EQ(world.service.waiting.size(), 1u);
  world.service.waiting[0]({});  // nobody is there to read it
  world.run();
  EXPECT_EQ(world.outcomes.size(), 1u);
  EXPECT_EQ(world.link.bytes(Direction::kToClient), 0);
}

TEST(SimTransport, DeliversARequestThatHadLeftBeforeTheDeadline) {
  SimWorld world;
  world.send({}, "central:9090", kRtt + kMs);  // the handshake is over, the request on its way
  world.run();
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_TRUE(world.outcomes[0].exchange.failed);
  EXPECT_EQ(world.service.arrivals.size(), 1u);
}

TEST(SimTransport, AbortsATransferAtTheDeadline) {
  SimWorld world({kRtt, 8'000});  // 1 kB per second
  world.send(SimWorld::request_of(100'000), "central:9090", Duration::seconds(5));
  world.run();
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_EQ(world.outcomes[0].exchange.error.kind, SendError::Kind::kTimeout);
  EXPECT_LT(world.outcomes[0].exchange.bytes_sent, 100'000);
  EXPECT_EQ(world.outcomes[0].exchange.bytes_sent, world.link.bytes(Direction::kToServer));
  EXPECT_TRUE(world.service.arrivals.empty());
}

TEST(SimTransport, IsNotStoppedByTheDeadlineWhileItWorksOnTheResponse) {
  CostModel costs;
  costs.of(Work::Kind::kScrapeParse) = {Duration::seconds(20), {}};
  SimWorld world({kRtt, 0}, costs);
  world.service.response = SimWorld::response_of(1'000, 1);
  world.send({}, "central:9090", Duration::seconds(1));
  world.run();
  ASSERT_EQ(world.outcomes.size(), 1u);
  EXPECT_FALSE(world.outcomes[0].exchange.failed);
}

TEST(SimTransport, MaySendAgainFromDone) {
  SimWorld world;
  int rounds = 0;
  std::function<void(Exchange)> again = [&](const Exchange& exchange) {
    EXPECT_FALSE(exchange.failed);
    if (++rounds < 100) {
      world.transport->send("central:9090", {}, SimWorld::kTimeout, nullptr, Work::Kind::kNone,
                            again);
    }
  };
  again({});
  world.run();
  EXPECT_EQ(rounds, 100);
  EXPECT_EQ(world.link.connections_opened(), 1);
}

TEST(SimTransport, ForgetsWhatIsUnderWayWhenDestroyed) {
  SimWorld world;
  world.send({});
  world.run_until(kRtt + kMs);  // the request is on its way
  world.send({});               // this one still connects
  world.transport.reset();
  world.run();
  EXPECT_TRUE(world.outcomes.empty());
  EXPECT_EQ(world.service.arrivals.size(), 1u);
}

// Random traffic, faults and timeouts; what came out when, as text.
std::string trace_of(uint64_t seed) {
  CostModel costs;
  costs.of(Work::Kind::kWriteReceive) = {kMs, Duration::seconds(1)};
  SimWorld world({kRtt, 5'000'000}, costs);
  world.service.receive = {Work::Kind::kWriteReceive, 10'000};
  Random random(seed, "sim_transport_test");
  for (int i = 0; i < 500; ++i) {
    const auto size = static_cast<int64_t>(1'000 + random.below(200'000));
    world.send(SimWorld::request_of(size), "central:9090", kMs * 2'000);
    world.loop.run_for(kMs * static_cast<int64_t>(random.below(300)));
    if (i % 50 == 40) world.network.set_link_state(&world.link, LinkState::kDown);
    if (i % 50 == 45) world.network.set_link_state(&world.link, LinkState::kUp);
    if (i % 50 == 10) world.network.set_link_state(&world.link, LinkState::kBlackhole);
    if (i % 50 == 14) world.network.set_link_state(&world.link, LinkState::kUp);
    if (i % 50 == 20) world.network.reset_link(&world.link);
    if (i % 50 == 25) world.leaf.freeze();
    if (i % 50 == 27) world.leaf.thaw();
    if (i % 50 == 29) world.link.set_answer(LinkAnswer{503, 0.5, {}});
    if (i % 50 == 30) world.link.disturb(Direction::kToServer, {kMs, kMs * 20, 1'000'000, 0.02});
    if (i % 50 == 35) world.link.disturb(Direction::kToServer, {});
    if (i % 50 == 36) world.link.set_answer(std::nullopt);
  }
  world.run();
  EXPECT_EQ(world.outcomes.size(), 500u);
  std::string trace;
  for (const SimWorld::Outcome& outcome : world.outcomes) {
    trace += std::to_string(outcome.at.ns()) + " " +
             std::to_string(outcome.exchange.response.status) + " " +
             outcome.exchange.error.message + " " + std::to_string(outcome.exchange.bytes_sent) +
             "\n";
  }
  return trace + std::to_string(world.loop.events());
}

TEST(SimTransport, RepeatsBitForBit) {
  SCOPED_TRACE(kSeed);
  const std::string trace = trace_of(kSeed);
  EXPECT_EQ(trace, trace_of(kSeed));
  EXPECT_NE(trace, trace_of(kSeed + 1));
  for (const char* outcome :
       {"no response in time", "link reset the connection", "connection refused"}) {
    EXPECT_NE(trace.find(outcome), std::string::npos) << "the traffic never met: " << outcome;
  }
}

}  // namespace
}  // namespace pushpull
