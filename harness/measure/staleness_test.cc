#include "harness/measure/staleness.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

Instant at(int64_t seconds) { return Instant::from_unix_ns(1) + Duration::seconds(seconds); }

TEST(StalenessBoardTest, IsTheAgeOfTheNewestVisibleSample) {
  StalenessBoard board(1);
  board.scraped(0, 10, at(0));
  board.scraped(0, 10, at(15));
  board.visible(0, at(15));
  board.visible(0, at(0));  // late: changes nothing
  EXPECT_EQ(board.ages(at(20)).max(), Duration::seconds(5));
}

TEST(StalenessBoardTest, ATargetWeighsAsManyAsItsSeries) {
  StalenessBoard board(2);
  board.scraped(0, 30, at(0));
  board.scraped(1, 10, at(0));
  board.visible(0, at(10));
  board.visible(1, at(2));
  const Histogram& ages = board.ages(at(12));  // 30 series 2 s old, 10 series 10 s old
  EXPECT_EQ(ages.mean(), Duration::seconds(4));
  EXPECT_EQ(ages.max(), Duration::seconds(10));
  EXPECT_EQ(ages.count(), 40u);
}

TEST(StalenessBoardTest, WhatIsNotVisibleYetAgesFromItsFirstScrape) {
  StalenessBoard board(1);
  board.scraped(0, 1, at(10));
  board.scraped(0, 1, at(20));
  EXPECT_EQ(board.ages(at(25)).max(), Duration::seconds(15));
  EXPECT_EQ(board.ages(at(9)).count(), 0u);
}

}  // namespace
}  // namespace pushpull
