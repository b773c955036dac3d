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

}  // namespace
}  // namespace pushpull
