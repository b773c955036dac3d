#include "harness/base/number_format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include "harness/base/random.h"

namespace pushpull {
namespace {

std::string text(double value) {
  std::string out;
  append_number(out, value);
  return out;
}

// Go's strconv 'g' form by another road: printf with growing precision finds the shortest digits.
std::string by_printf(double value) {
  for (int precision = 0; precision <= 17; ++precision) {
    char scientific[40];
    std::snprintf(scientific, sizeof scientific, "%.*e", precision, value);
    if (std::strtod(scientific, nullptr) != value) continue;
    const int exponent = std::atoi(std::strchr(scientific, 'e') + 1);
    if (exponent < -4 || exponent >= 6) return scientific;
    char plain[40];
    std::snprintf(plain, sizeof plain, "%.*f", std::max(0, precision - exponent), value);
    return plain;
  }
  return "no digits read back";
}

TEST(NumberFormat, SpecialValues) {
  EXPECT_EQ(text(0.0), "0");
  EXPECT_EQ(text(-0.0), "0");
  EXPECT_EQ(text(1), "1");
  EXPECT_EQ(text(-1), "-1");
  EXPECT_EQ(text(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(text(-std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(text(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity()), "-Inf");
}

TEST(NumberFormat, ExponentFormStartsAtAMillionAndBelowATenThousandth) {
  EXPECT_EQ(text(999999), "999999");
  EXPECT_EQ(text(1e6), "1e+06");
  EXPECT_EQ(text(-1e6), "-1e+06");
  EXPECT_EQ(text(999999.5), "999999.5");
  EXPECT_EQ(text(1000000.5), "1.0000005e+06");
  EXPECT_EQ(text(0.0001), "0.0001");
  EXPECT_EQ(text(0.00001), "1e-05");
}

TEST(NumberFormat, AsExpfmtWroteThem) {
  EXPECT_EQ(text(123456789), "1.23456789e+08");
  EXPECT_EQ(text(1e-7), "1e-07");
  EXPECT_EQ(text(1.2345678901234568e+21), "1.2345678901234568e+21");
  EXPECT_EQ(text(0.002542995), "0.002542995");
  EXPECT_EQ(text(100), "100");
  EXPECT_EQ(text(120000), "120000");
  EXPECT_EQ(text(12.5), "12.5");
  EXPECT_EQ(text(0.1 + 0.2), "0.30000000000000004");
}

TEST(NumberFormat, TheLongestTextFits) {
  EXPECT_EQ(text(-std::numeric_limits<double>::min()).size(), kMaxNumberSize);
  EXPECT_EQ(text(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(text(std::numeric_limits<double>::denorm_min()), "5e-324");
}

TEST(NumberFormat, EdgesOfTheIntegerPaths) {
  for (const double value : {999'999'999'999'999.0, 1e15, 1e15 + 1, 9007199254740991.0, 1e18,
                             999999999999.999, 99999999999999.98, 4503599627370495.5}) {
    EXPECT_EQ(text(value), by_printf(value));
  }
}

TEST(NumberFormat, ShortestDigitsOfRandomValues) {
  constexpr uint64_t kSeed = 20260101;
  RecordProperty("seed", std::to_string(kSeed));
  Random random(kSeed, "number_format");
  for (int i = 0; i < 20'000; ++i) {
    const double bits = std::bit_cast<double>(random.next());
    const double decimal = static_cast<double>(random.below(uint64_t{1} << (1 + i % 53))) / 1000;
    for (const double value : {bits, decimal, -decimal}) {
      if (!std::isfinite(value) || value == 0) continue;
      ASSERT_EQ(text(value), by_printf(value)) << std::bit_cast<uint64_t>(value);
    }
  }
}

}  // namespace
}  // namespace pushpull
