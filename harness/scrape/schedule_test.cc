#include "harness/scrape/schedule.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

constexpr Duration kInterval = Duration::seconds(15);
const Instant kNow = Instant::from_unix_ms(1'000'000'000'007);

Labels target(const std::string& instance) {
  return Labels({{"__address__", instance}, {"job", "bench"}});
}

TEST(ScrapeOffset, IsStableInsideTheIntervalAndDiffersPerTargetAndServer) {
  const uint64_t here = scrape_seed("leaf-0", Labels({{"replica", "a"}}));
  const uint64_t there = scrape_seed("leaf-0", Labels({{"replica", "b"}}));
  const uint64_t a = target_hash(target("a:1"), "http://a:1/metrics");
  const uint64_t b = target_hash(target("b:1"), "http://b:1/metrics");
  EXPECT_EQ(scrape_offset(a, here, kInterval), scrape_offset(a, here, kInterval));
  EXPECT_NE(scrape_offset(a, here, kInterval), scrape_offset(b, here, kInterval));
  EXPECT_NE(scrape_offset(a, here, kInterval), scrape_offset(a, there, kInterval));
  EXPECT_LT(scrape_offset(a, here, kInterval), kInterval);
  EXPECT_GE(scrape_offset(a, here, kInterval), Duration());
}

TEST(ScrapeOffset, SpreadsTargetsOverTheInterval) {
  int per_second[15] = {};
  for (int i = 0; i < 1500; ++i) {
    const std::string address = "10.0.0." + std::to_string(i) + ":80";
    const Duration offset =
        scrape_offset(target_hash(target(address), "http://" + address), 7, kInterval);
    ++per_second[offset / Duration::seconds(1)];
  }
  for (const int n : per_second) {
    EXPECT_GT(n, 60);
    EXPECT_LT(n, 140);
  }
}

TEST(FirstScrape, IsTheNextPointOfTheAbsoluteGrid) {
  const Duration offset = Duration::milliseconds(4321);
  const Instant first = first_scrape(kNow, kInterval, offset);
  EXPECT_GE(first, kNow);
  EXPECT_LT(first - kNow, kInterval);
  EXPECT_EQ(first.unix_ns() % kInterval.ns(), offset.ns());
  EXPECT_EQ(first_scrape(first, kInterval, offset), first);
}

TEST(SampleTime, SnapsToTheGridWithinTwoMillisecondsOrAHundredth) {
  const auto at = [](int64_t us) { return kNow + Duration::microseconds(us); };
  EXPECT_EQ(sample_time(kNow, at(2000), kInterval), kNow);
  EXPECT_EQ(sample_time(kNow, at(2001), kInterval), at(2001));
  // A hundredth of 100 ms is 1 ms.
  EXPECT_EQ(sample_time(kNow, at(1000), Duration::milliseconds(100)), kNow);
  EXPECT_EQ(sample_time(kNow, at(1001), Duration::milliseconds(100)), at(1001));
}

TEST(NewestTick, IsTheLastGridPointThatHasCome) {
  const auto at = [](int64_t s) { return kNow + Duration::seconds(s); };
  EXPECT_EQ(newest_tick(at(5), at(5), Duration::seconds(5)), at(5));
  EXPECT_EQ(newest_tick(at(5), at(9), Duration::seconds(5)), at(5));
  EXPECT_EQ(newest_tick(at(5), at(22), Duration::seconds(5)), at(20));
}

TEST(NextTick, StaysOnTheGridAndBuffersOneTick) {
  const auto at = [](int64_t s) { return kNow + Duration::seconds(s); };
  EXPECT_EQ(next_tick(at(0), at(1), Duration::seconds(5)).due, at(5));
  // A scrape that ended at 32 s missed 5, 10 … 30: one late scrape now, then 35 (the reference's
  // SIGSTOP trace).
  const Tick late = next_tick(at(0), at(32), Duration::seconds(5));
  EXPECT_EQ(late.due, at(32));
  EXPECT_EQ(late.intended, at(30));
  EXPECT_EQ(next_tick(late.intended, at(33), Duration::seconds(5)).due, at(35));
}

}  // namespace
}  // namespace pushpull
