#include "harness/scenario/axis_value.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

void expect_number(const char* text, double number, const char* unit) {
  const AxisValue value = make_axis_value("a.b", text, false);
  EXPECT_EQ(value.path, "a.b");
  EXPECT_EQ(value.text, text);
  ASSERT_TRUE(value.number.has_value()) << text;
  EXPECT_DOUBLE_EQ(*value.number, number) << text;
  EXPECT_EQ(value.unit, unit) << text;
}

TEST(AxisValue, KnowsEveryQuantityThatAScenarioWrites) {
  expect_number("500", 500, "");
  expect_number("2.5", 2.5, "");
  expect_number("10k", 10'000, "");
  expect_number("1.5M", 1'500'000, "");
  expect_number("80ms", 0.08, "s");
  expect_number("1h30m", 5400, "s");
  expect_number("200Mbit/s", 200e6, "bit/s");
  expect_number("0.1%", 0.001, "ratio");
}

TEST(AxisValue, WordsAreNoNumbers) {
  for (const char* text : {"wan", "inf", "nan", "1e999", "3.5.0", "", "unlimited"}) {
    EXPECT_FALSE(make_axis_value("link", text, false).number.has_value()) << text;
  }
  EXPECT_FALSE(make_axis_value("systems.behaves_like", "3.5", true).number.has_value());
}

}  // namespace
}  // namespace pushpull
