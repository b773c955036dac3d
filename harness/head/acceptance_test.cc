#include "harness/head/acceptance.h"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

constexpr TimeBounds kAny = {INT64_MIN, INT64_MAX};
constexpr Newest kAt1000 = {1000, 5.0};

TEST(Judge, FollowsTheAcceptanceTable) {
  EXPECT_EQ(judge(nullptr, 1, 5.0, kAny), Fate::kStored);
  EXPECT_EQ(judge(&kAt1000, 1001, 5.0, kAny), Fate::kStored);
  EXPECT_EQ(judge(&kAt1000, 1000, 5.0, kAny), Fate::kDuplicate);
  EXPECT_EQ(judge(&kAt1000, 1000, 6.0, kAny), Fate::kDuplicateTimestamp);
  EXPECT_EQ(judge(&kAt1000, 999, 5.0, kAny), Fate::kOutOfOrder);
}

TEST(Judge, ComparesBitsNotNumbers) {
  const Newest zero = {1000, 0.0};
  EXPECT_EQ(judge(&zero, 1000, -0.0, kAny), Fate::kDuplicateTimestamp);
  const Newest stale = {1000, stale_nan()};
  EXPECT_EQ(judge(&stale, 1000, stale_nan(), kAny), Fate::kDuplicate);
  EXPECT_EQ(judge(&stale, 1000, std::nan(""), kAny), Fate::kDuplicateTimestamp);
}

TEST(Judge, BoundsComeBeforeOrder) {
  const Instant now = Instant::from_unix_ms(10'000'000);
  const TimeBounds bounds = time_bounds(9'000'000, now, true);
  EXPECT_EQ(judge(&kAt1000, 9'000'000 - 3'600'000, 1, bounds), Fate::kStored);
  EXPECT_EQ(judge(&kAt1000, 9'000'000 - 3'600'001, 1, bounds), Fate::kOutOfBounds);
  EXPECT_EQ(judge(nullptr, 10'000'000 + 600'000, 1, bounds), Fate::kStored);
  EXPECT_EQ(judge(nullptr, 10'000'000 + 600'001, 1, bounds), Fate::kOutOfBounds);
}

TEST(TimeBounds, AnEmptyHeadTakesAnyPastAndOldReceiversAnyFuture) {
  const TimeBounds bounds = time_bounds(kEmptyHead, Instant::from_unix_ms(5), false);
  EXPECT_EQ(judge(nullptr, 0, 1, bounds), Fate::kStored);
  EXPECT_EQ(judge(nullptr, INT64_MAX, 1, bounds), Fate::kStored);
}

TEST(VisibleAt, IsAClosedWindowWithoutStaleMarkers) {
  const Duration five_minutes = Duration::minutes(5);
  EXPECT_TRUE(visible_at(300'000, five_minutes, 0, false));
  EXPECT_FALSE(visible_at(300'001, five_minutes, 0, false));
  EXPECT_TRUE(visible_at(1000, five_minutes, 1000, false));
  EXPECT_FALSE(visible_at(1000, five_minutes, 1001, false));
  EXPECT_FALSE(visible_at(1000, five_minutes, 1000, true));
}

}  // namespace
}  // namespace pushpull
