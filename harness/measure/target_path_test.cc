#include "harness/measure/target_path.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(TargetPathTest, TakesThePathsOfTheWorkloadOnly) {
  EXPECT_EQ(target_of_path("/t/0/metrics"), 0u);
  EXPECT_EQ(target_of_path("/t/4294967295/metrics"), 4294967295u);
  for (const std::string_view other :
       {"/metrics", "/t/metrics", "/t//metrics", "/t/x/metrics", "/t/1x/metrics", "/t/-1/metrics",
        "/t/4294967296/metrics", "/t/1/metrics/", ""}) {
    EXPECT_FALSE(target_of_path(other).has_value()) << other;
  }
}

}  // namespace
}  // namespace pushpull
