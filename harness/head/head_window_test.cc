#include "harness/head/head_window.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

constexpr int64_t kHour = Duration::hours(1).ms();
constexpr int64_t kMinute = Duration::minutes(1).ms();

// What Prometheus's loop does, step by step: db.go Compact() with head.go compactable().
int64_t begin_by_steps(int64_t begin_ms, int64_t newest_ms) {
  while (newest_ms - begin_ms > 2 * kHour / 2 * 3)
    begin_ms = begin_ms / (2 * kHour) * (2 * kHour) + 2 * kHour;
  return begin_ms;
}

TEST(HeadWindow, IsCutAtTheNextEvenHourOnceThreeHoursAreThere) {
  HeadWindow window;
  EXPECT_EQ(window.cut(kEmptyHead), std::nullopt);
  EXPECT_EQ(window.cut(11 * kHour + 30 * kMinute), std::nullopt);
  EXPECT_EQ(window.cut(14 * kHour + 30 * kMinute), std::nullopt);
  EXPECT_EQ(window.cut(14 * kHour + 30 * kMinute + 1), 12 * kHour);
  EXPECT_EQ(window.cut(14 * kHour + 30 * kMinute + 2), std::nullopt);
  EXPECT_EQ(window.cut(15 * kHour), std::nullopt);
  EXPECT_EQ(window.cut(15 * kHour + 1), 14 * kHour);
}

TEST(HeadWindow, AGapIsCutAtOnceAsPrometheusDoesStepByStep) {
  for (int64_t begin = 11 * kHour; begin < 13 * kHour; begin += 7 * kMinute) {
    for (int64_t newest = begin; newest < begin + 12 * kHour; newest += kMinute) {
      HeadWindow window(begin);
      const std::optional<int64_t> before = window.cut(newest);
      ASSERT_EQ(window.begin_ms(), begin_by_steps(begin, newest));
      ASSERT_EQ(before.has_value(), window.begin_ms() != begin);
      // Acceptance is not touched: nothing that old could be appended.
      if (before) {
        ASSERT_LE(*before, newest - kAppendableRange.ms());
      }
    }
  }
}

TEST(HeadWindow, StandsAnyTimestamp) {
  HeadWindow window(INT64_MIN + 1);
  const std::optional<int64_t> before = window.cut(INT64_MAX);
  ASSERT_TRUE(before.has_value());
  EXPECT_GT(*before, INT64_MAX - 3 * kHour - 1);
  EXPECT_EQ(window.cut(INT64_MAX), std::nullopt);
  EXPECT_EQ(HeadWindow(-9 * kHour).cut(-5 * kHour), -8 * kHour);
}

}  // namespace
}  // namespace pushpull
