#include "harness/workload/value_rule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "harness/base/random.h"

namespace pushpull {
namespace {

constexpr uint64_t kTargetSeed = 5;
constexpr uint64_t kLongestLife = 8640;

double at(const ValueRule& rule, uint64_t hash, uint64_t ordinal, uint32_t row = 0) {
  return value_of(rule, row, hash, moment_of(kTargetSeed, ordinal));
}

TEST(Moment, AgeGrowsByOneUntilTheProcessRestarts) {
  int restarts = 0;
  for (uint64_t k = 1; k <= 4 * kLongestLife; ++k) {
    const uint64_t before = moment_of(kTargetSeed, k - 1).age;
    const uint64_t now = moment_of(kTargetSeed, k).age;
    if (now == 0) {
      ++restarts;
      EXPECT_GE(before + 1, kLongestLife / 3);
    } else {
      ASSERT_EQ(now, before + 1);
    }
  }
  // Four of the longest lives hold at least 4 restarts, and at most 12 of the shortest.
  EXPECT_GE(restarts, 4);
  EXPECT_LE(restarts, 12);
}

TEST(Moment, TargetsDoNotRestartTogether) {
  std::set<uint64_t> ages;
  for (uint64_t seed = 0; seed < 100; ++seed) ages.insert(moment_of(mix64(seed), 0).age);
  EXPECT_GT(ages.size(), 90u);
}

TEST(ValueRule, CountersGrowStrictlyAndStartAgainAtARestart) {
  const ValueRule rule = counter(3, 3);
  for (uint64_t k = 1; k < 3 * kLongestLife; ++k) {
    if (moment_of(kTargetSeed, k).age == 0) {
      EXPECT_LT(at(rule, 99, k), 3) << "at rate 3 the first value is noise below 3";
    } else {
      ASSERT_GT(at(rule, 99, k), at(rule, 99, k - 1)) << "ordinal " << k;
    }
  }
}

TEST(ValueRule, CountersKeepTheirMeanRate) {
  // Over 1000 scrapes of one life a counter at rate r grows by 1000 r, give or take one r of noise.
  const uint64_t first = kLongestLife - moment_of(kTargetSeed, 0).age;
  uint64_t k = first;
  while (moment_of(kTargetSeed, k).age != 0) ++k;
  EXPECT_NEAR(at(counter(700, 700), 1, k + 1000) - at(counter(700, 700), 1, k), 700e3, 700);
}

TEST(ValueRule, TheStatedShareOfCountersStaysAtZero) {
  int zeros = 0;
  for (uint64_t i = 0; i < 10'000; ++i) zeros += at(counter(1, 9, 0, 30), mix64(i), 2000) == 0;
  // 30 % of 10 000 with a standard deviation of sqrt(10000 * 0.3 * 0.7) = 46: five of them.
  EXPECT_NEAR(zeros, 3000, 230);
}

TEST(ValueRule, GaugesStayInRangeAndMove) {
  const ValueRule rule = gauge(20, 90);
  std::set<double> seen;
  for (uint64_t k = 0; k < 2000; ++k) {
    const double value = at(rule, 4, k);
    ASSERT_GE(value, 20);
    ASSERT_LE(value, 90);
    seen.insert(value);
  }
  // A series swings over a quarter of the range: (70 + 3) / 4 = 18 steps.
  EXPECT_EQ(seen.size(), 19u);
}

TEST(ValueRule, StillGaugesNeverMove) {
  const ValueRule rule = gauge(0, 1000, 0, 100);
  EXPECT_EQ(at(rule, mix64(1), 1), at(rule, mix64(1), 5000));
  EXPECT_NE(at(rule, mix64(1), 1), at(rule, mix64(2), 1));
}

TEST(ValueRule, DecimalsAreExact) {
  for (uint64_t k = 0; k < 100; ++k) {
    const double value = at(gauge(0, 100'000, 3), 8, k);
    EXPECT_EQ(value, std::round(value * 1000) / 1000);
  }
}

TEST(ValueRule, ConstantsAndStateSets) {
  EXPECT_EQ(at(constant(7), 1, 0), 7);
  EXPECT_EQ(at(first_of(3), 1, 0, 0), 1);
  EXPECT_EQ(at(first_of(3), 1, 0, 2), 0);
  EXPECT_EQ(at(first_of(3), 1, 0, 3), 1);
}

TEST(ValueRule, StartTimeChangesOnlyAtARestart) {
  for (uint64_t k = 1; k < 2 * kLongestLife; ++k) {
    const bool restarted = moment_of(kTargetSeed, k).age == 0;
    const double moved = at(start_time(), 3, k) - at(start_time(), 3, k - 1);
    if (restarted) {
      EXPECT_GE(moved, 15 * 2880.0);
    } else {
      ASSERT_EQ(moved, 0);
    }
  }
}

TEST(HistogramValue, BucketsAreCumulativeGrowWithTimeAndEndAtTheCount) {
  constexpr uint64_t kSeed = 3;
  RecordProperty("seed", std::to_string(kSeed));
  Random random(kSeed, "histogram");
  for (int series = 0; series < 50; ++series) {
    const uint64_t hash = random.next();
    const ValueRule rule = histogram(1, 3000);
    for (uint64_t age = 0; age < 500; ++age) {
      const HistogramValue before(rule, hash, {age, age}), now(rule, hash, {age + 1, age + 1});
      for (uint32_t b = 1; b < kBuckets; ++b) ASSERT_GE(now.member(b), now.member(b - 1));
      for (uint32_t m = 0; m < kHistogramSeries; ++m) ASSERT_GE(now.member(m), before.member(m));
      ASSERT_EQ(now.member(kBuckets - 1), now.member(kBuckets + 1));
      ASSERT_GT(now.member(kBuckets + 1), before.member(kBuckets + 1));
    }
  }
}

TEST(HistogramValue, TheMeanLiesNearTheMedianBucket) {
  for (uint64_t i = 0; i < 200; ++i) {
    const HistogramValue histogram_value(histogram(100, 1000), mix64(i), {5000, 5000});
    const double count = histogram_value.member(kBuckets + 1);
    const double mean = histogram_value.member(kBuckets) / count;
    uint32_t median = 0;
    while (histogram_value.member(median) < count / 2) ++median;
    EXPECT_LE(mean, std::stod(std::string(kBucketBounds[median])));
    EXPECT_GT(mean, std::stod(std::string(kBucketBounds[median - 1])));
  }
}

}  // namespace
}  // namespace pushpull
