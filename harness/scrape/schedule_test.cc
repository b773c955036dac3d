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
  const uint64_t a = target_hash(target("a:1"), "http://a:1/metrics", LabelBytes::kWide);
  const uint64_t b = target_hash(target("b:1"), "http://b:1/metrics", LabelBytes::kWide);
  EXPECT_EQ(scrape_offset(a, here, kInterval), scrape_offset(a, here, kInterval));
  EXPECT_NE(scrape_offset(a, here, kInterval), scrape_offset(b, here, kInterval));
  EXPECT_NE(scrape_offset(a, here, kInterval), scrape_offset(a, there, kInterval));
  EXPECT_LT(scrape_offset(a, here, kInterval), kInterval);
  EXPECT_GE(scrape_offset(a, here, kInterval), Duration());
}

TEST(ScrapeOffset, IsThatOfTheRealOnes) {
  // Seen at real servers on a machine whose first name is localhost: a 2.42 scraped this target
  // 250 ms into its second, a 3.5 another one 931 ms into it, two after it was due.
  const uint64_t seed = scrape_seed("localhost", Labels({{"prometheus", "leaf-0"}}));
  const auto offset = [&](const Labels& labels, std::string_view url, LabelBytes layout) {
    return scrape_offset(target_hash(labels, url, layout), seed, Duration::seconds(1));
  };
  const Labels shop = {{"__address__", "127.0.0.1:44559"},
                       {"__metrics_path__", "/t/0/metrics"},
                       {"__param_place", "703"},
                       {"__scheme__", "http"},
                       {"__scrape_interval__", "1s"},
                       {"__scrape_timeout__", "1s"},
                       {"container", "storefront"},
                       {"instance", "10.42.0.0:8080"},
                       {"job", "bench"},
                       {"namespace", "shop"},
                       {"node", "worker-26s4j"},
                       {"pod", "storefront-26s4jspj4-jzjqv"}};
  EXPECT_EQ(
      offset(shop, "http://127.0.0.1:44559/t/0/metrics?place=703", LabelBytes::kSeparated).ms(),
      248);
  const Labels node = {{"__address__", "127.0.0.1:37435"},
                       {"__metrics_path__", "/t/1/metrics"},
                       {"__param_place", "1261"},
                       {"__scheme__", "http"},
                       {"__scrape_interval__", "1s"},
                       {"__scrape_timeout__", "1s"},
                       {"container", "node-exporter"},
                       {"instance", "10.42.0.1:9100"},
                       {"job", "bench"},
                       {"namespace", "monitoring"},
                       {"node", "worker-qwx5x"},
                       {"pod", "node-exporter-qwx5xjw7d-rmf5p"}};
  EXPECT_EQ(offset(node, "http://127.0.0.1:37435/t/1/metrics?place=1261", LabelBytes::kWide).ms(),
            929);
}

// However long a text is, each layout is read back in one way only.
TEST(TargetHash, DependsOnTheLayoutOfLabels) {
  for (const size_t size : {5u, 127u, 128u, 254u, 255u, 300u}) {
    const Labels labels({{"a", std::string(size, 'x')}});
    const uint64_t separated = target_hash(labels, "", LabelBytes::kSeparated);
    const uint64_t varint = target_hash(labels, "", LabelBytes::kVarint);
    const uint64_t wide = target_hash(labels, "", LabelBytes::kWide);
    EXPECT_NE(separated, varint);
    EXPECT_NE(separated, wide);
    EXPECT_EQ(varint == wide, size < 128) << size;
  }
}

TEST(ScrapeOffset, SpreadsTargetsOverTheInterval) {
  int per_second[15] = {};
  for (int i = 0; i < 1500; ++i) {
    const std::string address = "10.0.0." + std::to_string(i) + ":80";
    const Duration offset = scrape_offset(
        target_hash(target(address), "http://" + address, LabelBytes::kSeparated), 7, kInterval);
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
