#include "tools/progress.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

// One of three runs of 42 minutes is over, one has come half way.
RunProgress half_way() {
  RunProgress at;
  at.cell = "default";
  at.variant = "push";
  at.done = Duration::minutes(21);
  at.total = Duration::minutes(42);
  at.finished = 1;
  at.runs = 3;
  at.all_done = Duration::minutes(63);
  at.share = 0.5;
  return at;
}

TEST(ProgressLine, ShowsRunsTimeSpeedAndEta) {
  EXPECT_EQ(progress_line(half_way(), Duration::seconds(9), true, 200),
            "[1/3] push [==========>         ]  50%  t=21m  420x  eta 9s");
}

TEST(ProgressLine, NamesCellRepetitionAndFaultInForce) {
  RunProgress at = half_way();
  at.cell = "series=10k";
  at.repetition = 1;
  at.fault = "outage";
  EXPECT_EQ(progress_line(at, Duration::seconds(9), false, 200),
            "[1/3] series=10k push #2 [==========>         ]  50%  t=21m  fault: outage  eta 9s");
}

TEST(ProgressLine, FitsTheTerminal) {
  EXPECT_EQ(progress_line(half_way(), Duration::seconds(3), true, 40).size(), 39u);
}

TEST(FinishedLine, SaysHowLongTheRunTook) {
  EXPECT_EQ(finished_line(half_way(), Duration::milliseconds(2520), true),
            "[1/3] push: 42m in 2.5 s, 1000x");
  EXPECT_EQ(finished_line(half_way(), Duration::milliseconds(2520), false),
            "[1/3] push: 42m in 2.5 s");
}

}  // namespace
}  // namespace pushpull
