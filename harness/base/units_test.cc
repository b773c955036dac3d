#include "harness/base/units.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(ParseDuration, TakesPrometheusDurations) {
  EXPECT_EQ(*parse_duration("15s"), Duration::seconds(15));
  EXPECT_EQ(*parse_duration("1h30m"), Duration::minutes(90));
  EXPECT_EQ(*parse_duration("250ms"), Duration::milliseconds(250));
  EXPECT_EQ(*parse_duration("0.5ms"), Duration::microseconds(500));
  EXPECT_EQ(*parse_duration("0"), Duration());
}

TEST(ParseDuration, AMissingUnitGetsAHint) {
  EXPECT_EQ(parse_duration("15").error().message,
            "duration '15' needs a unit; did you mean '15s'?");
}

TEST(ParseDuration, RefusesDisorderRepetitionAndNonsense) {
  for (const char* bad : {"", "30m1h", "1s1s", "1x", "s", "-5s", "1e3s", "9999999y"}) {
    EXPECT_FALSE(parse_duration(bad).ok()) << bad;
  }
}

TEST(ParseCount, TakesDecimalSuffixes) {
  EXPECT_EQ(*parse_count("100k"), 100'000);
  EXPECT_EQ(*parse_count("1.5M"), 1'500'000);
  EXPECT_EQ(*parse_count("7"), 7);
  EXPECT_FALSE(parse_count("1.5").ok());
  EXPECT_FALSE(parse_count("10K").ok());
}

TEST(ParseBytes, NeedsAUnit) {
  EXPECT_EQ(*parse_bytes("8MiB"), 8 << 20);
  EXPECT_EQ(*parse_bytes("10kB"), 10'000);
  EXPECT_FALSE(parse_bytes("10").ok());
}

TEST(ParseBandwidth, IsInBits) {
  EXPECT_EQ(*parse_bandwidth("200Mbit/s"), 200'000'000);
  EXPECT_FALSE(parse_bandwidth("200Mb").ok());
}

TEST(ParsePercent, IsAShare) {
  EXPECT_DOUBLE_EQ(*parse_percent("0.1%"), 0.001);
  EXPECT_FALSE(parse_percent("0.1").ok());
  EXPECT_FALSE(parse_percent("101%").ok());
}

TEST(Format, IsExactAndReadable) {
  EXPECT_EQ(format_duration(Duration::minutes(90)), "1h30m");
  EXPECT_EQ(format_duration(Duration::milliseconds(1500)), "1s500ms");
  EXPECT_EQ(format_duration(Duration()), "0s");
  EXPECT_EQ(format_count(100'000), "100k");
  EXPECT_EQ(format_count(1'500'000), "1.5M");
  EXPECT_EQ(format_count(1234), "1234");
  EXPECT_EQ(format_bandwidth(200'000'000), "200Mbit/s");
}

TEST(Format, DurationsRoundTrip) {
  for (const int64_t ms : {1, 999, 15'000, 90'061, 86'400'000}) {
    EXPECT_EQ(*parse_duration(format_duration(Duration::milliseconds(ms))),
              Duration::milliseconds(ms));
  }
}

}  // namespace
}  // namespace pushpull
