#include "harness/measure/time_series.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pushpull {
namespace {

constexpr Instant kBegin = Instant::from_unix_ms(1000);
Instant after(int64_t ms) { return kBegin + Duration::milliseconds(ms); }

TEST(TimeSeriesTest, SumsInsideAStep) {
  TimeSeries series(kBegin, Duration::milliseconds(100));
  const auto bytes = series.column("bytes");
  series.add(bytes, after(0), 1);
  series.add(bytes, after(99), 2);
  series.add(bytes, after(100), 4);
  EXPECT_EQ(series.value(bytes, 0), 3);
  EXPECT_EQ(series.value(bytes, 1), 4);
  EXPECT_EQ(series.rows(), 2u);
}

TEST(TimeSeriesTest, TheLastSetStands) {
  TimeSeries series(kBegin, Duration::seconds(1));
  const auto shards = series.column("shards");
  series.set(shards, after(200), 4);
  series.set(shards, after(800), 5);
  EXPECT_EQ(series.value(shards, 0), 5);
}

TEST(TimeSeriesTest, RaiseKeepsTheLargest) {
  TimeSeries series(kBegin, Duration::seconds(1));
  const auto age = series.column("age");
  for (const double value : {-3.0, 2.0, 1.0}) series.raise(age, after(200), value);
  series.raise(age, after(1200), -3);
  EXPECT_EQ(series.value(age, 0), 2);
  EXPECT_EQ(series.value(age, 1), -3);
}

TEST(TimeSeriesTest, CellsWithoutAValueAreNaN) {
  TimeSeries series(kBegin, Duration::seconds(1));
  const auto a = series.column("a");
  const auto b = series.column("b");
  series.set(b, after(2000), 7);
  EXPECT_TRUE(std::isnan(series.value(b, 0)));
  EXPECT_TRUE(std::isnan(series.value(a, 2)));
  EXPECT_EQ(series.rows(), 3u);
}

TEST(TimeSeriesTest, ColumnsAreFoundByName) {
  TimeSeries series(kBegin, Duration::seconds(1));
  EXPECT_EQ(series.column("a"), series.column("a"));
  EXPECT_NE(series.column("a"), series.column("b"));
  EXPECT_EQ(series.columns()[1].name, "b");
}

TEST(TimeSeriesTest, SumsOfLargerSteps) {
  TimeSeries fine(kBegin, Duration::milliseconds(100));
  const auto bytes = fine.column("bytes");
  fine.add(bytes, after(0), 1);
  fine.add(bytes, after(900), 2);
  fine.add(bytes, after(2000), 4);
  const TimeSeries coarse = sums(fine, Duration::seconds(1));
  EXPECT_EQ(coarse.begin(), kBegin);
  EXPECT_EQ(coarse.step(), Duration::seconds(1));
  EXPECT_EQ(coarse.value(0, 0), 3);
  EXPECT_TRUE(std::isnan(coarse.value(0, 1)));
  EXPECT_EQ(coarse.value(0, 2), 4);
}

}  // namespace
}  // namespace pushpull
