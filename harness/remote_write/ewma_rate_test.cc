#include "harness/remote_write/ewma_rate.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(EwmaRate, IsZeroUntilSomethingHappens) {
  EwmaRate rate;
  EXPECT_EQ(rate.per_second(), 0);
  rate.tick();
  rate.tick();
  EXPECT_EQ(rate.per_second(), 0);
}

TEST(EwmaRate, TheFirstTickWithEventsSetsIt) {
  EwmaRate rate;
  rate.tick();
  rate.add(200);
  rate.add(300);
  EXPECT_EQ(rate.per_second(), 0) << "between ticks nothing moves";
  rate.tick();
  EXPECT_EQ(rate.per_second(), 50);
}

TEST(EwmaRate, LaterTicksMoveItAFifthOfTheWay) {
  EwmaRate rate;
  rate.add(1000);
  rate.tick();
  rate.add(2000);
  rate.tick();
  EXPECT_DOUBLE_EQ(rate.per_second(), 100 + 0.2 * (200 - 100));
  rate.tick();
  EXPECT_DOUBLE_EQ(rate.per_second(), 120 * 0.8) << "nothing counts as well, once it has begun";
}

}  // namespace
}  // namespace pushpull
