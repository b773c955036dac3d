#include "harness/wire/text_number.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>

#include "harness/base/number_format.h"
#include "harness/base/random.h"
#include "harness/workload/special_values.h"

namespace pushpull::wire {
namespace {

TEST(ParseValue, TakesWhatGoTakes) {
  const struct {
    const char* token;
    double value;
  } cases[] = {
      {"1", 1},
      {"+5", 5},
      {"-7", -7},
      {".5", 0.5},
      {"5.", 5},
      {"-.5", -0.5},
      {"1e5", 1e5},
      {"1E+05", 1e5},
      {"1.e1", 10},
      {"007", 7},
      {"0.1", 0.1},
      {"1.7976931348623157e308", 1.7976931348623157e308},
      {"5e-324", 5e-324},
      {"1e-400", 0},
      {"inf", INFINITY},
      {"Inf", INFINITY},
      {"+INF", INFINITY},
      {"-inf", -INFINITY},
      {"infinity", INFINITY},
      {"+Infinity", INFINITY},
      {"-InFiNiTy", -INFINITY},
  };
  for (const auto& [token, expected] : cases) {
    double value = -1;
    EXPECT_TRUE(parse_value(token, value)) << token;
    EXPECT_EQ(value, expected) << token;
  }
}

TEST(ParseValue, KeepsTheSignOfZero) {
  double value = 1;
  EXPECT_TRUE(parse_value("-0", value));
  EXPECT_TRUE(value == 0 && std::signbit(value));
  EXPECT_TRUE(parse_value("-1e-400", value));
  EXPECT_TRUE(value == 0 && std::signbit(value));
}

TEST(ParseValue, EveryNanBecomesTheNormalOne) {
  for (const char* token : {"nan", "NaN", "NAN", "nAn"}) {
    double value = 0;
    EXPECT_TRUE(parse_value(token, value)) << token;
    EXPECT_EQ(std::bit_cast<uint64_t>(value), kNormalNanBits) << token;
  }
}

TEST(ParseValue, RefusesEverythingElse) {
  for (const char* token :
       {"",          "+",   "-",      ".",    "e5",    "1e",     "1e+",  "+-5",   "--5",  "0x10",
        "0x1p4",     "1p4", "1_000",  "1,5",  "1e400", "-1e400", "true", "in",    "infi", "infinit",
        "infinityx", "na",  "nan(1)", "+nan", "-nan",  "1\r",    "1 ",   "1.2.3", "1e5.0"}) {
    double value = 0;
    EXPECT_FALSE(parse_value(token, value)) << token;
  }
}

TEST(ParseValue, ReadsBackEveryFormattedNumber) {
  constexpr uint64_t kSeed = 11;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "numbers");
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::bit_cast<double>(random.next());
    if (std::isnan(value)) continue;
    std::string text;
    append_number(text, value);
    double read = 0;
    ASSERT_TRUE(parse_value(text, read)) << text;
    ASSERT_EQ(read, value) << text;
  }
}

TEST(ParseTimestamp, DigitsOnly) {
  int64_t ms = -1;
  EXPECT_TRUE(parse_timestamp("0", ms));
  EXPECT_EQ(ms, 0);
  EXPECT_TRUE(parse_timestamp("1700000000123", ms));
  EXPECT_EQ(ms, 1'700'000'000'123);
  EXPECT_TRUE(parse_timestamp("9223372036854775807", ms));
  EXPECT_EQ(ms, INT64_MAX);
  for (const char* token : {"", "-5", "+5", "1.5", "1e3", "9223372036854775808", "12x"}) {
    EXPECT_FALSE(parse_timestamp(token, ms)) << token;
  }
}

}  // namespace
}  // namespace pushpull::wire
