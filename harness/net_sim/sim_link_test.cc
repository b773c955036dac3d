#include "harness/net_sim/sim_link.h"

#include <gtest/gtest.h>

#include <numeric>

namespace pushpull {
namespace {

constexpr Instant kStart = Instant::from_unix_ms(1'767'225'600'050);  // amid a bucket

Instant at(int64_t ms) { return kStart + Duration::milliseconds(ms); }

TEST(SimLink, CountsBytesInTheBucketTheyPass) {
  SimLink link("wan", {});
  link.count(Direction::kToServer, {at(0), at(0)}, 700);
  link.count(Direction::kToClient, {at(10), at(20)}, 30);
  link.count(Direction::kToServer, {at(250), at(250)}, 5);
  EXPECT_EQ(link.first_bucket(), at(-50));
  ASSERT_EQ(link.buckets().size(), 4u);  // 250 ms after 50 is in the bucket of 300
  EXPECT_EQ(link.buckets()[0].to_server, 700);
  EXPECT_EQ(link.buckets()[0].to_client, 30);
  EXPECT_EQ(link.buckets()[1].to_server, 0);
  EXPECT_EQ(link.buckets()[3].to_server, 5);
}

TEST(SimLink, SpreadsALongPassageOverItsBuckets) {
  SimLink link("wan", {});
  link.count(Direction::kToClient, {at(0), at(250)}, 1'001);  // 50 + 100 + 100 ms
  ASSERT_EQ(link.buckets().size(), 3u);
  EXPECT_EQ(link.buckets()[0].to_client, 200);
  EXPECT_EQ(link.buckets()[1].to_client, 400);
  EXPECT_EQ(link.buckets()[2].to_client, 401);
}

TEST(SimLink, LosesNoByteToRounding) {
  SimLink link("wan", {});
  int64_t sent = 0;
  for (int64_t i = 1; i <= 1'000; ++i) {
    link.count(Direction::kToServer, {at(i), at(i + i % 977)}, i * 31 % 1'009);
    sent += i * 31 % 1'009;
  }
  const int64_t counted =
      std::accumulate(link.buckets().begin(), link.buckets().end(), int64_t{0},
                      [](int64_t sum, const SimLink::Bucket& b) { return sum + b.to_server; });
  EXPECT_EQ(counted, sent);
  EXPECT_EQ(link.bytes(Direction::kToServer), sent);
  EXPECT_EQ(link.bytes(Direction::kToClient), 0);
}

TEST(SimLink, GivesEachDirectionItsOwnBottleneck) {
  const LinkSpec spec{Duration(), 8'000'000};  // 1 kB per ms
  SimLink link("wan", spec);
  WanFlow first = link.open_flow(Direction::kToServer);
  WanFlow second = link.open_flow(Direction::kToServer);
  WanFlow back = link.open_flow(Direction::kToClient);
  EXPECT_EQ(first.send(at(0), 4'000).delivered, at(4));
  EXPECT_EQ(second.send(at(0), 4'000).delivered, at(8));
  EXPECT_EQ(back.send(at(0), 4'000).delivered, at(4));
}

}  // namespace
}  // namespace pushpull
