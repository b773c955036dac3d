#include "tools/progress.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

RunProgress half_way() {
  RunProgress at;
  at.variant = "push";
  at.runs = 3;
  at.done = Duration::minutes(21);
  at.total = Duration::minutes(42);
  return at;
}

TEST(ProgressLine, ShowsRunTimeSpeedAndEta) {
  EXPECT_EQ(progress_line(half_way(), Duration::seconds(3), true, 200),
            "[1/3] push [==========>         ]  50%  t=21m  420x  eta 3s");
}

TEST(ProgressLine, NamesTheFaultInForce) {
  RunProgress at = half_way();
  at.fault = "outage";
  EXPECT_NE(progress_line(at, Duration::seconds(3), false, 200).find("fault: outage"),
            std::string::npos);
  EXPECT_EQ(progress_line(at, Duration::seconds(3), false, 200).find("420x"), std::string::npos);
}

TEST(ProgressLine, FitsTheTerminal) {
  EXPECT_EQ(progress_line(half_way(), Duration::seconds(3), true, 40).size(), 39u);
}

}  // namespace
}  // namespace pushpull
