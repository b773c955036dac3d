#include "harness/head/series_registry.h"

#include <gtest/gtest.h>

#include "harness/wire/write_request.h"

namespace pushpull {
namespace {

Labels series(const std::string& name, int i) {
  return Labels({{"__name__", name}, {"i", std::to_string(i)}});
}

std::string encoded(const Labels& labels) {
  std::string out;
  wire::encode_labels(labels, out);
  return out;
}

// As a write request asks.
Result<uint64_t> ref_of(SeriesRegistry& registry, const std::string& region, uint64_t predicted) {
  return registry.ref_of_encoded(region, wire::hash_of_labels(region), predicted);
}

TEST(SeriesRegistry, NumbersSeriesInOrderOfCreation) {
  SeriesRegistry registry;
  for (int i = 0; i < 10'000; ++i)
    EXPECT_EQ(registry.ref(series("a", i)), static_cast<uint64_t>(i + 1));
  for (int i = 0; i < 10'000; ++i)
    EXPECT_EQ(registry.ref(series("a", i)), static_cast<uint64_t>(i + 1));
  EXPECT_EQ(registry.size(), 10'000u);
  EXPECT_EQ(registry.labels(77), series("a", 76));
}

TEST(SeriesRegistry, FindsEncodedRegionsWithAndWithoutPrediction) {
  SeriesRegistry registry;
  registry.ref(series("a", 0));
  registry.ref(series("a", 1));
  EXPECT_EQ(*ref_of(registry, encoded(series("a", 1)), 2), 2u);
  EXPECT_EQ(*ref_of(registry, encoded(series("a", 1)), 1), 2u);
  EXPECT_EQ(*ref_of(registry, encoded(series("a", 1)), 99), 2u);
  EXPECT_EQ(*ref_of(registry, encoded(series("a", 7)), SeriesRegistry::kNone), 3u);
}

TEST(SeriesRegistry, AnUnsortedRegionIsTheSameSeries) {
  SeriesRegistry registry;
  const uint64_t ref = registry.ref(Labels({{"a", "1"}, {"b", "2"}}));
  const std::string reversed = encoded(Labels({{"b", "2"}})) + encoded(Labels({{"a", "1"}}));
  EXPECT_EQ(*ref_of(registry, reversed, SeriesRegistry::kNone), ref);
}

TEST(SeriesRegistry, AMalformedRegionIsAnError) {
  SeriesRegistry registry;
  EXPECT_FALSE(ref_of(registry, "\x0a\x7f", SeriesRegistry::kNone).ok());
  EXPECT_EQ(registry.size(), 0u);
}

TEST(SeriesRegistry, AForgottenSeriesComesBackUnderANewRef) {
  SeriesRegistry registry;
  for (int i = 0; i < 1000; ++i) registry.ref(series("a", i));
  const uint64_t version = registry.version();
  std::vector<uint64_t> even;
  for (uint64_t ref = 2; ref <= 1000; ref += 2) even.push_back(ref);
  registry.forget(even);
  EXPECT_NE(registry.version(), version);
  EXPECT_EQ(registry.size(), 500u);
  EXPECT_EQ(registry.last_ref(), 1000u);
  std::vector<uint64_t> known;
  registry.for_each([&](uint64_t ref) { known.push_back(ref); });
  EXPECT_EQ(known.size(), 500u);
  for (const uint64_t ref : known) {
    ASSERT_EQ(ref % 2, 1u);
    ASSERT_EQ(registry.labels(ref), series("a", static_cast<int>(ref - 1)));
    ASSERT_EQ(registry.ref(series("a", static_cast<int>(ref - 1))), ref);
  }
  // Its old ref is no prediction that comes true.
  EXPECT_EQ(*ref_of(registry, encoded(series("a", 1)), 2), 1001u);
  EXPECT_EQ(registry.ref(series("a", 3)), 1002u);
}

TEST(SeriesRegistry, RestoredSeriesKeepTheirRefs) {
  SeriesRegistry registry;
  ASSERT_TRUE(registry.restore(7, encoded(series("a", 0))).ok());
  ASSERT_TRUE(registry.restore(9, encoded(series("a", 1))).ok());
  EXPECT_FALSE(registry.restore(10, encoded(series("a", 1))).ok()) << "there already";
  EXPECT_FALSE(registry.restore(10, "\x0a\x7f").ok()) << "no labels";
  registry.resume_after(20);
  EXPECT_EQ(registry.size(), 2u);
  EXPECT_EQ(registry.ref(series("a", 0)), 7u);
  EXPECT_EQ(registry.ref(series("a", 1)), 9u);
  EXPECT_EQ(registry.ref(series("a", 2)), 21u);
}

// 1000 generations of 200 series, the last three of which are known; one in fifty generations
// stays for ever.
TEST(SeriesRegistry, MemoryIsThatOfTheSeriesThatAreKnown) {
  SeriesRegistry registry;
  const uint64_t region = encoded(series("generation_999", 100)).size();
  std::vector<std::vector<uint64_t>> generations;
  std::vector<uint64_t> stay;
  for (int g = 0; g < 1000; ++g) {
    generations.emplace_back();
    for (int i = 0; i < 200; ++i) {
      const uint64_t ref = registry.ref(series("generation_" + std::to_string(g), i));
      g % 50 == 0 ? stay.push_back(ref) : generations.back().push_back(ref);
    }
    if (g >= 3) registry.forget(generations[static_cast<size_t>(g) - 3]);
    ASSERT_LE(registry.label_bytes(), 2 * region * (3 * 200 + stay.size()) + 200 * region);
    const uint64_t pages = 3 + 2 * (1 + stay.size() / 200);  // 200 refs lie in two pages at most
    ASSERT_LE(registry.ref_capacity(), 256 * pages);
  }
  EXPECT_EQ(registry.last_ref(), 200'000u);
  EXPECT_EQ(registry.size(), 3 * 200 + stay.size());
  for (const uint64_t ref : stay) ASSERT_EQ(registry.ref(registry.labels(ref)), ref);
}

}  // namespace
}  // namespace pushpull
