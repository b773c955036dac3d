#include "harness/base/result.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return Error{"odd"};
  return n / 2;
}

TEST(Result, HoldsAValueOrAnError) {
  EXPECT_EQ(*half(8), 4);
  EXPECT_FALSE(half(3).ok());
  EXPECT_EQ(half(3).error().message, "odd");
}

TEST(ResultDeath, ReadingAFailedResultStopsTheProcessAndSaysWhy) {
  EXPECT_DEATH(half(3).value(), "odd");
}

TEST(Status, DefaultIsOk) {
  EXPECT_TRUE(Status().ok());
  EXPECT_EQ(Status(Error{"no"}).error().message, "no");
}

TEST(CheckDeath, NamesTheConditionAndTheMessage) {
  const int size = 3;
  EXPECT_DEATH(CHECK(size < 3) << "size was " << size, "size < 3.*size was 3");
}

}  // namespace
}  // namespace pushpull
