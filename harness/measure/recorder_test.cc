#include "harness/measure/recorder.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pushpull {
namespace {

constexpr Instant kBegin = Instant::from_unix_ms(1'000'000);
Instant at(int64_t ms) { return kBegin + Duration::milliseconds(ms); }

// One second of warm-up, then a window of three.
class RecorderTest : public testing::Test {
 protected:
  double cell(const TimeSeries& series, std::string_view name, size_t row) {
    TimeSeries copy = series;
    return series.value(copy.column(name), row);
  }

  Recorder recorder_{2, Window{at(1000), at(4000)}, kBegin};
};

TEST_F(RecorderTest, FreshnessIsOfScrapesInsideTheWindow) {
  recorder_.scraped(0, 10, at(500));
  recorder_.scraped(0, 10, at(1500));
  recorder_.visible(0, at(500), at(1600), 10);  // intended before the window
  recorder_.visible(0, at(1500), at(1700), 4);
  recorder_.visible(0, at(1500), at(5000), 4);  // visible after it: counts
  recorder_.never_visible(2);
  const Histogram& lag = recorder_.freshness_lag();
  EXPECT_EQ(lag.count(), 10u);
  EXPECT_EQ(lag.min(), Duration::milliseconds(200));
  EXPECT_EQ(lag.max(), Duration::milliseconds(3500));
  EXPECT_EQ(lag.quantile(0.9), Histogram::kInfinite);
}

TEST_F(RecorderTest, StalenessIsSampledEachSecond) {
  recorder_.scraped(0, 3, at(500));
  recorder_.scraped(1, 1, at(500));
  recorder_.visible(0, at(500), at(700), 3);
  recorder_.visible(1, at(500), at(2000), 1);  // at second 2 exactly: visible then
  recorder_.finish(at(3001));
  const TimeSeries& seconds = recorder_.seconds();
  EXPECT_TRUE(std::isnan(cell(seconds, "staleness_max", 0)));  // nothing scraped yet
  EXPECT_DOUBLE_EQ(cell(seconds, "staleness_max", 1), 0.5);
  EXPECT_DOUBLE_EQ(cell(seconds, "staleness_max", 2), 1.5);
  EXPECT_DOUBLE_EQ(cell(seconds, "staleness_p50", 3), 2.5);
  // Seconds 1, 2 and 3 of four series each.
  EXPECT_EQ(recorder_.reader_staleness().count(), 12u);
  EXPECT_EQ(recorder_.reader_staleness().mean(), Duration::milliseconds(1500));
}

TEST_F(RecorderTest, CountsSamplesPerSecond) {
  recorder_.scraped(0, 10, at(900));
  recorder_.scraped(1, 20, at(950));
  recorder_.visible(0, at(900), at(1100), 7);
  EXPECT_EQ(cell(recorder_.seconds(), "scraped", 0), 30);
  EXPECT_EQ(cell(recorder_.seconds(), "delivered", 1), 7);
}

TEST_F(RecorderTest, WireBytesPerTenthOfASecond) {
  recorder_.wire_bytes(at(150), 1000, 80);
  recorder_.wire_bytes(at(199), 500, 0);
  EXPECT_EQ(cell(recorder_.wire(), "to_central", 1), 1500);
  EXPECT_EQ(cell(recorder_.wire(), "to_leaf", 1), 80);
}

TEST_F(RecorderTest, CountersAddUpAndGaugesStand) {
  recorder_.count("responses_503", 2);
  recorder_.count("responses_503", 3);
  recorder_.gauge("shards", at(1200), 4);
  recorder_.gauge("shards", at(1900), 6);
  EXPECT_EQ(recorder_.counters().find("responses_503")->second, 5);
  EXPECT_EQ(cell(recorder_.seconds(), "shards", 1), 6);
}

}  // namespace
}  // namespace pushpull
