#include "harness/scrape/report.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(ReportValues, DescribeTheScrape) {
  const auto ok = report_values(true, Duration::milliseconds(250), 500, 7);
  EXPECT_EQ(ok, (std::array<double, 5>{1, 0.25, 500, 500, 7}));
  const auto failed = report_values(false, Duration::seconds(1), 0, 0);
  EXPECT_EQ(failed[0], 0);
  EXPECT_EQ(failed[1], 1.0);
}

}  // namespace
}  // namespace pushpull
