#include "harness/base/time.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(Duration, UnitsAndArithmetic) {
  EXPECT_EQ(Duration::minutes(2), Duration::seconds(120));
  EXPECT_EQ(Duration::seconds(7) / Duration::seconds(2), 3);
  EXPECT_EQ(Duration::seconds(7) % Duration::seconds(2), Duration::seconds(1));
  EXPECT_EQ(Duration::from_seconds(0.1), Duration::milliseconds(100));
  EXPECT_EQ(Duration::from_seconds(-0.1), Duration::milliseconds(-100));
  EXPECT_DOUBLE_EQ(Duration::milliseconds(1500).in_seconds(), 1.5);
}

TEST(Instant, MillisecondsRoundDownOnBothSidesOfTheEpoch) {
  EXPECT_EQ(Instant::from_unix_ns(1'999'999).unix_ms(), 1);
  EXPECT_EQ(Instant::from_unix_ns(-1).unix_ms(), -1);
  EXPECT_EQ(Instant::from_unix_ns(-1'000'000).unix_ms(), -1);
}

TEST(Instant, DifferenceIsADuration) {
  const Instant start = Instant::from_unix_ms(1000);
  EXPECT_EQ(start + Duration::seconds(3) - start, Duration::seconds(3));
}

}  // namespace
}  // namespace pushpull
