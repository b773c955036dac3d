#include "harness/net/wan_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace pushpull {
namespace {

constexpr Duration kRtt = Duration::milliseconds(80);
constexpr Instant kStart = Instant::from_unix_ms(1'767'225'600'000);
constexpr int64_t kWindow = 14'480;  // ten segments of 1448 bytes

// When the last of `bytes`, sent from `now` on, is at the other end.
Instant deliver(WanFlow& flow, Instant now, int64_t bytes) {
  while (true) {
    const int64_t turn = std::min(bytes, flow.allowance(now));
    if (turn > 0) {
      const WanFlow::Sent sent = flow.send(now, turn);
      bytes -= turn;
      if (bytes == 0) return sent.delivered;
    }
    now = flow.next_turn();
  }
}

struct OneFlow {
  explicit OneFlow(const LinkSpec& spec) : path(path_shape(spec, {}, {})), flow(&path) {}
  Duration time(Instant now, int64_t bytes) { return deliver(flow, now, bytes) - now; }
  LinkPath path;
  WanFlow flow;
};

TEST(WanFlow, TakesHalfARoundTripWithinTheFirstWindow) {
  OneFlow link({kRtt, 0});
  EXPECT_EQ(link.time(kStart, kWindow), kRtt / 2);
}

// 100 kB = 14 480 + 28 960 + 56 560 of 57 920: three windows, two round trips of waiting.
TEST(WanFlow, DoublesItsWindowEveryRoundTrip) {
  OneFlow link({kRtt, 0});
  EXPECT_EQ(link.time(kStart, 100'000), kRtt * 2 + kRtt / 2);
  OneFlow full({kRtt, 0});
  EXPECT_EQ(full.time(kStart, 7 * kWindow), kRtt * 2 + kRtt / 2);
  OneFlow one_byte_more({kRtt, 0});
  EXPECT_EQ(one_byte_more.time(kStart, 7 * kWindow + 1), kRtt * 3 + kRtt / 2);
}

TEST(WanFlow, KeepsItsWindowBetweenMessages) {
  OneFlow link({kRtt, 0});
  link.time(kStart, 3 * kWindow);  // windows of 1 and 2
  EXPECT_EQ(link.time(kStart + kRtt * 2, 4 * kWindow), kRtt / 2);
}

TEST(WanFlow, DoesNotGrowAWindowItHardlyUses) {
  OneFlow link({kRtt, 0});
  for (int i = 0; i < 10; ++i) link.time(kStart + kRtt * i, kWindow / 2);
  EXPECT_EQ(link.flow.allowance(kStart + kRtt * 10), kWindow);
}

TEST(WanFlow, SharesOneWindowAmongMessagesOfATurn) {
  OneFlow link({kRtt, 0});
  link.time(kStart, 10'000);
  const Instant later = kStart + Duration::milliseconds(5);
  EXPECT_EQ(link.flow.allowance(later), 4'480);
  // The rest of the window goes now, the last 5 520 bytes when the turn ends at 80 ms.
  EXPECT_EQ(deliver(link.flow, later, 10'000), kStart + kRtt + kRtt / 2);
}

TEST(WanFlow, StartsOverAfterIdleness) {
  const Duration timeout = kRtt + Duration::milliseconds(200);
  OneFlow link({kRtt, 0});
  link.time(kStart, kWindow);
  EXPECT_EQ(link.flow.allowance(kStart + timeout), 2 * kWindow);
  EXPECT_EQ(link.flow.allowance(kStart + timeout + Duration::nanoseconds(1)), kWindow);
}

// 1 Mbit/s, 8 ms: the product is 1 000 bytes, so the first window fills the link for good.
TEST(WanFlow, IsLimitedByBandwidthOnceItFillsTheLink) {
  const LinkSpec spec{Duration::milliseconds(8), 1'000'000};
  OneFlow link(spec);
  EXPECT_EQ(link.time(kStart, 1'000'000), Duration::seconds(8) + Duration::milliseconds(4));
}

// 100 Mbit/s, 80 ms: 1 MB fills the link. Windows of 1, 2, 4 … 64 times 14 480 begin a round trip
// apart; the seventh takes 74 ms to leave, less than a round trip, and the eighth fills the link.
TEST(WanFlow, SlowStartEndsAtTheBandwidthDelayProduct) {
  const LinkSpec spec{kRtt, 100'000'000};
  OneFlow link(spec);
  const int64_t slow_start = 127 * kWindow;
  const int64_t bytes = 10'000'000;
  const PathShape shape = link.path.shape();
  ASSERT_EQ(shape.bandwidth_delay_product(), 1'000'000);
  EXPECT_EQ(link.time(kStart, bytes),
            kRtt * 7 + shape.serialization(bytes - slow_start) + kRtt / 2);
}

TEST(WanFlow, GrowsNoFurtherThanTheLinkNeeds) {
  OneFlow link({kRtt, 100'000'000});
  const Instant end = deliver(link.flow, kStart, 100'000'000);
  EXPECT_EQ(link.flow.allowance(end), 128 * kWindow);
}

TEST(WanFlow, IsInstantWithoutDelayAndLimit) {
  OneFlow link(LinkSpec{});
  EXPECT_EQ(link.time(kStart, int64_t{1} << 40), Duration());
}

TEST(LinkPath, ServesInOrderOfArrival) {
  LinkPath path(path_shape({Duration(), 8'000'000}, {}, {}));  // 1 kB per ms
  const Instant later = kStart + Duration::milliseconds(1);
  EXPECT_EQ(path.pass(kStart, 5'000).end, kStart + Duration::milliseconds(5));
  const LinkPath::Passage second = path.pass(later, 2'000);
  EXPECT_EQ(second.begin, kStart + Duration::milliseconds(5));
  EXPECT_EQ(second.end, kStart + Duration::milliseconds(7));
  const Instant idle = kStart + Duration::seconds(1);
  EXPECT_EQ(path.pass(idle, 1'000).begin, idle);
}

// Two connections with much to send take turns: each gets half, neither starves.
TEST(WanFlow, ShareAPathFairly) {
  LinkPath path(path_shape({Duration::milliseconds(1), 8'000'000}, {}, {}));
  WanFlow flows[] = {WanFlow(&path), WanFlow(&path)};
  int64_t sent[] = {0, 0};
  const Instant end = kStart + Duration::seconds(10);
  Instant now = kStart;
  while (now < end) {
    const int turn = flows[0].next_turn() <= flows[1].next_turn() ? 0 : 1;
    now = std::max(now, flows[turn].next_turn());
    const int64_t bytes = flows[turn].allowance(now);
    flows[turn].send(now, bytes);
    sent[turn] += bytes;
  }
  // 10 s at 1 MB/s, and what was queued at the end.
  EXPECT_NEAR(static_cast<double>(sent[0] + sent[1]), 10e6, 3e5);
  EXPECT_NEAR(static_cast<double>(sent[0]), static_cast<double>(sent[1]), 2e5);
}

// Sends `bursts` of one window each, a second apart, so that none waits for another; returns how
// late each is.
std::vector<Duration> lateness(const LinkSpec& spec, uint64_t seed, int bursts, int64_t bytes) {
  WanLink link(spec, seed, "wan");
  std::vector<Duration> late;
  for (int i = 0; i < bursts; ++i) {
    WanFlow flow(link.path(Direction::kToServer));
    const Instant now = kStart + Duration::seconds(i);
    late.push_back(flow.send(now, bytes).delivered - now - spec.rtt / 2);
  }
  return late;
}

TEST(WanFlow, JitterIsEvenlyDistributedUpToItsLimit) {
  constexpr Duration kJitter = Duration::milliseconds(10);
  constexpr int kBursts = 10'000;
  Duration sum;
  Duration most;
  for (const Duration late : lateness({kRtt, 0, kJitter}, 3, kBursts, 1'000)) {
    EXPECT_GE(late, Duration());
    EXPECT_LE(late, kJitter);
    sum += late;
    most = std::max(most, late);
  }
  EXPECT_GT(most, kJitter * 99 / 100);
  // A mean of 5 ms, and four standard deviations of 10 ms / sqrt(12 * 10 000).
  EXPECT_NEAR((sum / kBursts).in_seconds(), 0.005, 0.00012);
}

TEST(WanFlow, JitterNeverReordersAFlow) {
  OneFlow link({kRtt, 0, Duration::milliseconds(50)});
  Instant before = kStart;
  for (int i = 0; i < 1'000; ++i) {
    const Instant now = kStart + Duration::milliseconds(i);
    if (link.flow.allowance(now) < 100) continue;
    const Instant delivered = link.flow.send(now, 100).delivered;
    EXPECT_GE(delivered, before);
    before = delivered;
  }
}

// A loss among the first seven of ten segments has three behind it: repaired after one round trip.
// Among the last three: after the timeout.
TEST(WanFlow, ALossTakesARoundTripOrATimeout) {
  constexpr Duration kTimeout = kRtt + Duration::milliseconds(200);
  constexpr int kBursts = 20'000;
  constexpr double kLoss = 0.01;
  int whole = 0;
  int repaired = 0;
  int timed_out = 0;
  for (const Duration late : lateness({kRtt, 0, {}, kLoss}, 5, kBursts, kWindow)) {
    whole += late == Duration();
    repaired += late == kRtt;
    timed_out += late == kTimeout;
  }
  EXPECT_EQ(whole + repaired + timed_out, kBursts);
  // The first lost one is among the first seven, or only among the last three.
  const double clean_seven = std::pow(1 - kLoss, 7);
  const double clean_ten = std::pow(1 - kLoss, 10);
  const auto near = [](int count, double share) {
    const double deviation = std::sqrt(share * (1 - share) * kBursts);
    EXPECT_NEAR(count, share * kBursts, 4 * deviation);
  };
  near(whole, clean_ten);
  near(repaired, 1 - clean_seven);
  near(timed_out, clean_seven - clean_ten);
}

// Loses every segment of one send, and none of the others.
struct LossyTurn {
  explicit LossyTurn(int64_t windows) : shape(path_shape({kRtt, 0}, {}, {})), path(shape) {
    // Windows of 1, 2, 4 … times kWindow.
    for (int64_t i = 0; i < windows; ++i) {
      flow.send(now, flow.allowance(now));
      now = flow.next_turn();
    }
  }
  WanFlow::Sent lose(int64_t bytes) {
    PathShape lossy = shape;
    lossy.loss = 1;
    path.change(lossy);
    const WanFlow::Sent sent = flow.send(now, bytes);
    path.change(shape);
    return sent;
  }
  PathShape shape;
  LinkPath path;
  WanFlow flow{&path};
  Instant now = kStart;
};

TEST(WanFlow, ARepairedLossHalvesTheWindow) {
  LossyTurn world(2);
  ASSERT_EQ(world.flow.allowance(world.now), 4 * kWindow);
  EXPECT_EQ(world.lose(4 * kWindow).delivered, world.now + kRtt / 2 + kRtt);
  EXPECT_EQ(world.flow.next_turn(), world.now + kRtt * 2);
  Instant now = world.flow.next_turn();
  // From then on a segment more per turn.
  for (int64_t turn = 0; turn < 5; ++turn) {
    const int64_t window = world.flow.allowance(now);
    EXPECT_EQ(window, 2 * kWindow + turn * WanFlow::kSegment);
    world.flow.send(now, window);
    now = world.flow.next_turn();
  }
}

TEST(WanFlow, ATimeoutStartsOverWithOneSegment) {
  LossyTurn world(1);  // a window of two now: 20 segments
  constexpr Duration kTimeout = kRtt + Duration::milliseconds(200);
  EXPECT_EQ(world.lose(1'000).delivered, world.now + kRtt / 2 + kTimeout);
  Instant now = world.flow.next_turn();
  EXPECT_EQ(now, world.now + kRtt + kTimeout);
  // Doubles up to half of what it was, ten segments, then adds one a turn.
  for (const int64_t segments : {1, 2, 4, 8, 10, 11, 12}) {
    EXPECT_EQ(world.flow.allowance(now), segments * WanFlow::kSegment);
    world.flow.send(now, segments * WanFlow::kSegment);
    now = world.flow.next_turn();
  }
}

TEST(WanFlow, WhatComesBehindALossWaitsForIt) {
  LossyTurn world(0);
  const Instant late = world.lose(1'000).delivered;
  EXPECT_EQ(world.flow.send(world.now + Duration::milliseconds(1), 1'000).delivered, late);
}

TEST(WanFlow, AChangeIsForBytesSentAfterIt) {
  WanLink link({kRtt, 8'000'000}, 1, "wan");  // 1 kB per ms
  WanFlow there(link.path(Direction::kToServer));
  WanFlow back(link.path(Direction::kToClient));
  EXPECT_EQ(there.send(kStart, 1'000).delivered, kStart + kRtt / 2 + Duration::milliseconds(1));
  // 100 ms more there, at a tenth of the bandwidth.
  link.disturb(Direction::kToServer, {Duration::milliseconds(100), {}, 800'000, 0});
  const Instant later = kStart + Duration::milliseconds(500);
  EXPECT_EQ(there.send(later, 1'000).delivered, later + Duration::milliseconds(40 + 100 + 10));
  EXPECT_EQ(there.next_turn(), later + Duration::milliseconds(80 + 100));
  // The way back is as long and as wide as before, but acknowledgements take the detour.
  EXPECT_EQ(back.send(later, 1'000).delivered, later + Duration::milliseconds(40 + 1));
  EXPECT_EQ(back.next_turn(), later + Duration::milliseconds(80 + 100));
  link.disturb(Direction::kToServer, {});
  const Instant last = kStart + Duration::seconds(2);
  EXPECT_EQ(there.send(last, 1'000).delivered, last + Duration::milliseconds(41));
}

// A handshake is one round trip, and a second more, then two, four … for each SYN that is lost.
TEST(WanLink, AHandshakeRepeatsItsSyn) {
  constexpr int kConnects = 10'000;
  WanLink link({kRtt, 0, {}, 0.1}, 9, "wan");
  int at_once = 0;
  int second_try = 0;
  int third_try = 0;
  for (int i = 0; i < kConnects; ++i) {
    const Duration took = link.draw_handshake();
    at_once += took == kRtt;
    second_try += took == kRtt + Duration::seconds(1);
    third_try += took == kRtt + Duration::seconds(1 + 2);
  }
  // Four standard deviations of sqrt(n p (1 - p)).
  EXPECT_NEAR(at_once, 9'000, 120);
  EXPECT_NEAR(second_try, 900, 115);
  EXPECT_NEAR(third_try, 90, 38);
}

TEST(WanLink, RepeatsItsChanceByNameAndSeed) {
  const LinkSpec spec{kRtt, 0, Duration::milliseconds(10), 0.05};
  EXPECT_EQ(lateness(spec, 1, 100, kWindow), lateness(spec, 1, 100, kWindow));
  EXPECT_NE(lateness(spec, 1, 100, kWindow), lateness(spec, 2, 100, kWindow));
}

}  // namespace
}  // namespace pushpull
