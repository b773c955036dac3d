#include "harness/measure/sample_resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

// Ref 100 t + p is position p of target t, for t of 1 and 2, of a generation that ends after
// ordinal 1 if p is 50 or more; ref 1 is a leaf's `up`.
class HundredEach : public KnownSeries {
 public:
  SeriesId find(const Labels& labels) const override {
    const auto ref = static_cast<uint32_t>(std::stoul(std::string(labels.get("ref"))));
    if (ref == 1) return {SeriesId::Kind::kLeafMade, 1, 0};
    if (ref < 100 || ref >= 300) return {};
    return {SeriesId::Kind::kWorkload, ref / 100, ref % 100};
  }
  bool has(const SeriesId& series, uint64_t ordinal) const override {
    return series.position < 50 || ordinal <= 1;
  }
  void values(uint32_t target, uint64_t ordinal, std::span<const uint32_t> positions,
              std::span<double> out) const override {
    for (size_t i = 0; i < positions.size(); ++i) out[i] = value_of(target, positions[i], ordinal);
  }
  static double value_of(uint32_t target, uint32_t position, uint64_t ordinal) {
    return target + 1000.0 * position + 0.5 * static_cast<double>(ordinal);
  }
};

constexpr Instant kVisible = Instant::from_unix_ms(50'000);

class SampleResolverTest : public testing::Test {
 protected:
  SampleResolverTest() {
    for (uint32_t target = 1; target <= 2; ++target) {
      for (uint64_t ordinal = 0; ordinal < 3; ++ordinal) {
        answers_.answered(target, ordinal,
                          Instant::from_unix_ms(10'000 + 1000 * static_cast<int64_t>(ordinal)));
      }
    }
  }

  Observer::ForeignSample sample(uint32_t target, uint32_t position, uint64_t ordinal,
                                 Fate fate = Fate::kStored) {
    return {100 * target + position, 9'999 + 1000 * static_cast<int64_t>(ordinal),
            HundredEach::value_of(target, position, ordinal), fate};
  }
  ResolvedSamples resolve(const std::vector<Observer::ForeignSample>& samples) {
    return resolver_.resolve(samples, kVisible);
  }

  HundredEach known_;
  SeriesIndex index_{known_, [](uint64_t ref) { return Labels({{"ref", std::to_string(ref)}}); }};
  AnswerLog answers_{3, Duration::milliseconds(900)};
  SampleResolver resolver_{known_, index_, answers_};
};

TEST_F(SampleResolverTest, SamplesOfOneScrapeBecomeRuns) {
  const ResolvedSamples resolved =
      resolve({sample(1, 0, 2), sample(1, 4, 2), sample(1, 8, 2), sample(2, 3, 0)});
  EXPECT_THAT(resolved.received,
              testing::ElementsAre(journal::Received{1, 2, {0, 4, 3}, Fate::kStored, kVisible},
                                   journal::Received{2, 0, {3, 1, 1}, Fate::kStored, kVisible}));
}

TEST_F(SampleResolverTest, FatesAndOrdinalsSplitRuns) {
  const ResolvedSamples resolved = resolve({sample(1, 0, 1), sample(1, 1, 1, Fate::kOutOfOrder),
                                            sample(1, 2, 1, Fate::kOutOfOrder), sample(1, 3, 2)});
  EXPECT_THAT(resolved.received,
              testing::ElementsAre(journal::Received{1, 1, {0, 1, 1}, Fate::kStored, kVisible},
                                   journal::Received{1, 1, {1, 1, 2}, Fate::kOutOfOrder, kVisible},
                                   journal::Received{1, 2, {3, 1, 1}, Fate::kStored, kVisible}));
}

TEST_F(SampleResolverTest, AWrongValueIsCorruptedWhateverItsSize) {
  Observer::ForeignSample wrong = sample(1, 0, 0);  // the value is 1
  wrong.value = std::nextafter(wrong.value, 2.0);
  Observer::ForeignSample of_another_scrape = sample(1, 1, 0);
  of_another_scrape.timestamp_ms += 1000;
  const ResolvedSamples resolved = resolve({wrong, of_another_scrape, sample(1, 2, 0)});
  EXPECT_EQ(resolved.corrupted, 2);
  EXPECT_EQ(resolved.received.size(), 1u);
}

TEST_F(SampleResolverTest, WhatItsCarrierRoundsIsDeliveredAndCounted) {
  SampleResolver lenient(known_, index_, answers_, 1e-15);
  Observer::ForeignSample rounded = sample(1, 7, 1);  // 7001.5
  rounded.value = std::nextafter(rounded.value, 8000.0);
  Observer::ForeignSample wrong = sample(1, 8, 1);
  wrong.value *= 1 + 1e-14;
  Observer::ForeignSample nothing = sample(1, 9, 1);
  nothing.value = std::numeric_limits<double>::quiet_NaN();
  const ResolvedSamples resolved =
      lenient.resolve(std::vector{sample(1, 6, 1), rounded, wrong, nothing}, kVisible);
  EXPECT_EQ(resolved.rounded, 1);
  EXPECT_EQ(resolved.corrupted, 2);
  EXPECT_THAT(resolved.received,
              testing::ElementsAre(journal::Received{1, 1, {6, 1, 2}, Fate::kStored, kVisible}));
}

TEST_F(SampleResolverTest, ScrapesMayTakeTurns) {
  const Observer::ForeignSample stranger = {7, 9'999, 1, Fate::kStored};
  Observer::ForeignSample wrong = sample(2, 6, 1);
  wrong.value += 1;
  const ResolvedSamples resolved = resolve({sample(1, 5, 0), sample(2, 5, 1), wrong, stranger,
                                            sample(2, 7, 1), sample(1, 6, 0), sample(1, 7, 0)});
  EXPECT_THAT(resolved.received,
              testing::ElementsAre(journal::Received{1, 0, {5, 1, 1}, Fate::kStored, kVisible},
                                   journal::Received{2, 1, {5, 2, 2}, Fate::kStored, kVisible},
                                   journal::Received{1, 0, {6, 1, 2}, Fate::kStored, kVisible}));
  EXPECT_EQ(resolved.corrupted, 1);
  EXPECT_EQ(resolved.unknown, 1);
}

// A scraper that stood still asked at 12.999 and, on its grid, at 13.000 s.
TEST_F(SampleResolverTest, OfTwoCloseScrapesTheValuesTell) {
  answers_.answered(1, 3, Instant::from_unix_ms(12'999) + Duration::microseconds(300));
  answers_.answered(1, 4, Instant::from_unix_ms(13'000) + Duration::microseconds(300));
  const auto of = [](uint32_t position, uint64_t ordinal, int64_t timestamp_ms) {
    return Observer::ForeignSample{100 + position, timestamp_ms,
                                   HundredEach::value_of(1, position, ordinal), Fate::kStored};
  };
  Observer::ForeignSample wrong = of(7, 4, 13'000);
  wrong.value += 0.25;
  const ResolvedSamples resolved =
      resolve({of(0, 3, 12'999), of(1, 3, 12'999), of(5, 4, 13'000), of(6, 4, 13'000), wrong});
  EXPECT_THAT(resolved.received,
              testing::ElementsAre(journal::Received{1, 3, {0, 1, 2}, Fate::kStored, kVisible},
                                   journal::Received{1, 4, {5, 1, 2}, Fate::kStored, kVisible}));
  EXPECT_EQ(resolved.corrupted, 1);
}

TEST_F(SampleResolverTest, StaleMarkersAndUpAreTheLeafs) {
  Observer::ForeignSample marker = sample(1, 0, 0);
  marker.value = stale_nan();
  const Observer::ForeignSample up = {1, 9'999, 1, Fate::kDuplicate};
  const ResolvedSamples resolved = resolve({marker, up});
  EXPECT_EQ(resolved.leaf_made, (LeafMade{.delivered = 1, .duplicates = 1}));
  EXPECT_THAT(resolved.received, testing::IsEmpty());
}

TEST_F(SampleResolverTest, ASeriesThatTheScrapeNoLongerHasIsUnknown) {
  const ResolvedSamples resolved = resolve({sample(1, 50, 1), sample(1, 50, 2)});
  EXPECT_EQ(resolved.received.size(), 1u);
  EXPECT_EQ(resolved.unknown, 1);
  EXPECT_EQ(resolved.corrupted, 0);
}

TEST_F(SampleResolverTest, NobodysSeriesAndNobodysScrapesAreUnknown) {
  Observer::ForeignSample before_all = sample(1, 0, 0);
  before_all.timestamp_ms = 5'000;
  const Observer::ForeignSample stranger = {7, 9'999, 1, Fate::kStored};
  EXPECT_EQ(resolve({before_all, stranger}).unknown, 2);
}

}  // namespace
}  // namespace pushpull
