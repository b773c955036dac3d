#include "harness/measure/staleness_raster.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pushpull {
namespace {

constexpr Instant kBegin = Instant::from_unix_ms(1'000'000);
Instant at(int64_t seconds) { return kBegin + Duration::seconds(seconds); }
// A minute of warm-up, then `seconds` to measure.
Window window_of(int64_t seconds) { return {at(60), at(60 + seconds)}; }

TEST(StalenessRasterTest, TargetsAreEvenlyChosen) {
  EXPECT_EQ(StalenessRaster(3, window_of(60), kBegin).targets(), (std::vector<uint32_t>{0, 1, 2}));
  const std::vector<uint32_t> few = StalenessRaster(640, window_of(60), kBegin).targets();
  ASSERT_EQ(few.size(), 64u);
  for (uint32_t i = 0; i < 64; ++i) EXPECT_EQ(few[i], 10 * i);
}

TEST(StalenessRasterTest, StepsAreWholeSecondsAndAtMost600) {
  EXPECT_EQ(StalenessRaster(1, window_of(540), kBegin).ages().step(), Duration::seconds(1));
  EXPECT_EQ(StalenessRaster(1, window_of(541), kBegin).ages().step(), Duration::seconds(2));
  EXPECT_EQ(StalenessRaster(1, window_of(1740), kBegin).ages().step(), Duration::seconds(3));
}

TEST(StalenessRasterTest, AStepKeepsItsLargestAge) {
  StalenessBoard board(2);
  StalenessRaster raster(2, window_of(1740), kBegin);  // steps of 3 s
  board.scraped(0, 5, at(0));
  for (int64_t second = 0; second < 6; ++second) {
    if (second == 2) board.visible(0, at(2));  // fresh at once, after ages 0 and 1
    raster.sample(board, at(second));
  }
  EXPECT_EQ(raster.ages().value(0, 0), 1);
  EXPECT_EQ(raster.ages().value(0, 1), 3);             // at 5 s
  EXPECT_TRUE(std::isnan(raster.ages().value(1, 1)));  // never scraped
}

TEST(StalenessRasterTest, EndsWithTheWindow) {
  StalenessBoard board(1);
  StalenessRaster raster(1, window_of(10), kBegin);
  board.scraped(0, 5, at(0));
  for (int64_t second = 0; second < 100; ++second) raster.sample(board, at(second));
  EXPECT_EQ(raster.ages().rows(), 70u);
}

}  // namespace
}  // namespace pushpull
