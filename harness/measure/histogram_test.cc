#include "harness/measure/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/base/random.h"

namespace pushpull {
namespace {

Duration ns(int64_t n) { return Duration::nanoseconds(n); }

TEST(HistogramTest, AnswersNothingWhereNothingWasRecorded) {
  const Histogram empty;
  EXPECT_FALSE(empty.quantile(0.5).has_value());
  EXPECT_FALSE(empty.min().has_value());
  EXPECT_FALSE(empty.mean().has_value());
}

TEST(HistogramTest, WeightsCountAsManyRecords) {
  Histogram h;
  h.record(ns(10), 3);
  h.record(ns(100), 1);
  EXPECT_EQ(h.count(), 4u);
  EXPECT_EQ(h.quantile(0.75), ns(10));  // ranks 1, 2 and 3 of 4
  EXPECT_EQ(h.quantile(0.76), ns(100));
  EXPECT_EQ(h.mean(), ns((3 * 10 + 100) / 4));
}

TEST(HistogramTest, InfiniteOnesStayInTheDistribution) {
  Histogram h;
  h.record(Duration::seconds(1), 98);
  h.record_infinite(2);
  EXPECT_EQ(h.quantile(0.98), Duration::seconds(1));
  EXPECT_EQ(h.quantile(0.99), Histogram::kInfinite);
  EXPECT_EQ(h.max(), Duration::seconds(1));
  EXPECT_EQ(h.count(), 100u);
}

TEST(HistogramTest, MiddleOfABucketIsWithinOnePercent) {
  for (int64_t value = 1; value < (int64_t{1} << 62); value += 1 + value / 37) {
    Histogram h;
    h.record(ns(value));
    h.record(ns(0));
    h.record(ns(std::numeric_limits<int64_t>::max()));  // min and max far away: no clamping
    const double middle = static_cast<double>(h.quantile(0.5)->ns());
    const double exact = static_cast<double>(value);
    EXPECT_LE(std::abs(middle - exact), value < 128 ? 0 : exact / 128) << value;
  }
}

TEST(HistogramTest, QuantilesFollowASortedList) {
  const uint64_t seed = 20;
  SCOPED_TRACE(seed);
  Random random(seed, "histogram");
  Histogram h;
  std::vector<int64_t> values;
  for (int i = 0; i < 5000; ++i) {
    values.push_back(static_cast<int64_t>(random.next() >> (1 + random.below(62))));
    h.record(ns(values.back()));
  }
  std::ranges::sort(values);
  Duration last = *h.min();
  for (int i = 0; i <= 1000; ++i) {
    const double q = i / 1000.0;
    const auto rank = static_cast<size_t>(std::max(1.0, std::ceil(q * 5000)));
    const double exact = static_cast<double>(values[rank - 1]);
    EXPECT_NEAR(static_cast<double>(h.quantile(q)->ns()), exact, exact / 100);
    EXPECT_GE(*h.quantile(q), last) << q;
    last = *h.quantile(q);
  }
  EXPECT_EQ(h.min(), ns(values.front()));
  EXPECT_EQ(h.max(), ns(values.back()));
}

TEST(HistogramTest, MergeIsRecordingBoth) {
  Random random(21, "histogram");
  Histogram a;
  Histogram b;
  Histogram both;
  for (int i = 0; i < 1000; ++i) {
    const Duration value = ns(static_cast<int64_t>(random.below(1'000'000'000)));
    (i % 3 == 0 ? a : b).record(value, 2);
    both.record(value, 2);
  }
  b.record_infinite(7);
  both.record_infinite(7);
  a.merge(b);
  EXPECT_EQ(a.count(), both.count());
  EXPECT_EQ(a.mean(), both.mean());
  EXPECT_EQ(a.min(), both.min());
  for (const double q : {0.0, 0.1, 0.5, 0.9, 1.0}) EXPECT_EQ(a.quantile(q), both.quantile(q)) << q;
}

TEST(HistogramTest, BucketsTellEveryFiniteCountInOrder) {
  Histogram h;
  for (const int64_t value : {5, 5, 1000, 123456789}) h.record(ns(value));
  h.record_infinite(9);
  uint64_t total = 0;
  Duration end = ns(-1);
  h.for_each_bucket([&](Duration low, Duration high, uint64_t count) {
    EXPECT_LE(end, low);
    EXPECT_LT(low, high);
    end = high;
    total += count;
  });
  EXPECT_EQ(total, 4u);
}

TEST(HistogramTest, TakesTheExtremesOfTime) {
  Histogram h;
  h.record(Duration::max(), std::numeric_limits<uint64_t>::max() / 4);
  h.record(ns(-5));
  EXPECT_EQ(h.max(), Duration::max());
  EXPECT_EQ(h.min(), ns(-5));
  size_t buckets = 0;
  h.for_each_bucket([&](Duration, Duration, uint64_t) { ++buckets; });
  EXPECT_EQ(buckets, 2u);
}

TEST(HistogramTest, ClearForgetsEverything) {
  Histogram h;
  h.record(ns(7));
  h.record_infinite(1);
  h.clear();
  EXPECT_EQ(h.count(), 0u);
  h.record(ns(9));
  EXPECT_EQ(h.min(), ns(9));
  EXPECT_EQ(h.quantile(1), ns(9));
}

}  // namespace
}  // namespace pushpull
