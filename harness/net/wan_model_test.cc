#include "harness/net/wan_model.h"

#include <gtest/gtest.h>

#include <algorithm>

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
  explicit OneFlow(const LinkSpec& spec) : bottleneck(spec), flow(spec, &bottleneck) {}
  Duration time(Instant now, int64_t bytes) { return deliver(flow, now, bytes) - now; }
  Bottleneck bottleneck;
  WanFlow flow;
};

TEST(LinkSpec, DerivesItsFigures) {
  const LinkSpec spec{kRtt, 200'000'000};
  EXPECT_EQ(spec.one_way(), Duration::milliseconds(40));
  EXPECT_EQ(spec.serialization(25'000), Duration::milliseconds(1));  // 200 kbit at 200 Mbit/s
  EXPECT_EQ(spec.bandwidth_delay_product(), 2'000'000);              // 25 MB/s * 80 ms
  EXPECT_FALSE(spec.unshaped());
  EXPECT_TRUE(LinkSpec{}.unshaped());
  EXPECT_EQ((LinkSpec{kRtt, 0}.serialization(1 << 30)), Duration());
}

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
  ASSERT_EQ(spec.bandwidth_delay_product(), 1'000'000);
  OneFlow link(spec);
  const int64_t slow_start = 127 * kWindow;
  const int64_t bytes = 10'000'000;
  EXPECT_EQ(link.time(kStart, bytes), kRtt * 7 + spec.serialization(bytes - slow_start) + kRtt / 2);
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

TEST(Bottleneck, ServesInOrderOfArrival) {
  Bottleneck bottleneck({Duration(), 8'000'000});  // 1 kB per ms
  const Instant later = kStart + Duration::milliseconds(1);
  EXPECT_EQ(bottleneck.pass(kStart, 5'000).end, kStart + Duration::milliseconds(5));
  const Bottleneck::Passage second = bottleneck.pass(later, 2'000);
  EXPECT_EQ(second.begin, kStart + Duration::milliseconds(5));
  EXPECT_EQ(second.end, kStart + Duration::milliseconds(7));
  const Instant idle = kStart + Duration::seconds(1);
  EXPECT_EQ(bottleneck.pass(idle, 1'000).begin, idle);
}

// Two connections with much to send take turns: each gets half, neither starves.
TEST(WanFlow, ShareABottleneckFairly) {
  const LinkSpec spec{Duration::milliseconds(1), 8'000'000};
  Bottleneck bottleneck(spec);
  WanFlow flows[] = {WanFlow(spec, &bottleneck), WanFlow(spec, &bottleneck)};
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

}  // namespace
}  // namespace pushpull
