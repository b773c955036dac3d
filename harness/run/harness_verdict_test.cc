#include "harness/run/harness_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushpull {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;

// At every limit, none passed: 1 % of 10 s, a quarter, 90 % of 2 CPUs for 50 s.
const HarnessLoad kAtTheLimits = {.share = 0.25,
                                  .lateness_p99 = Duration::milliseconds(100),
                                  .scrape_interval = Duration::seconds(10),
                                  .cpu = Duration::seconds(90),
                                  .wall = Duration::seconds(50),
                                  .cpus = 2};

TEST(HarnessVerdict, LimitsThemselvesAreFine) {
  EXPECT_EQ(harness_verdict(kAtTheLimits), std::nullopt);
}

TEST(HarnessVerdict, SaysWhichLimitWasPassed) {
  HarnessLoad late = kAtTheLimits;
  late.lateness_p99 = Duration::milliseconds(250);  // 2.5 %
  EXPECT_THAT(harness_verdict(late),
              Optional(AllOf(HasSubstr("bottleneck"), HasSubstr("late by 3 % of the scrape"),
                             Not(HasSubstr("CPU")))));
  HarnessLoad large = kAtTheLimits;
  large.share = 0.5;
  EXPECT_THAT(harness_verdict(large),
              Optional(AllOf(HasSubstr("used 50 % of all CPU"), Not(HasSubstr("late")))));
  HarnessLoad busy = kAtTheLimits;
  busy.cpu = Duration::seconds(95);
  EXPECT_THAT(harness_verdict(busy),
              Optional(AllOf(HasSubstr("CPUs 95 % busy"), Not(HasSubstr("late")))));
}

TEST(HarnessVerdict, SaysAllOfThem) {
  HarnessLoad bad = kAtTheLimits;
  bad.lateness_p99 = Duration::seconds(1);
  bad.share = 1;
  bad.cpu = Duration::seconds(100);
  EXPECT_THAT(harness_verdict(bad),
              Optional(AllOf(HasSubstr("late by 10 %"), HasSubstr("used 100 %"),
                             HasSubstr("CPUs 100 % busy"))));
}

TEST(HarnessVerdict, WhatIsNotKnownIsNotBlamed) {
  const HarnessLoad unknown = {.share = std::nullopt,
                               .lateness_p99 = std::nullopt,
                               .scrape_interval = Duration::seconds(10),
                               .cpu = Duration::seconds(90),
                               .wall = Duration::seconds(50),
                               .cpus = 0};
  EXPECT_EQ(harness_verdict(unknown), std::nullopt);
}

}  // namespace
}  // namespace pushpull
