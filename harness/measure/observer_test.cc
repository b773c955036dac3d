#include "harness/measure/observer.h"

#include <gtest/gtest.h>

#include <set>

namespace pushpull {
namespace {

TEST(LossCauseTest, EveryCauseHasItsOwnName) {
  std::set<std::string_view> names;
  for (int i = 0; i < kLossCauses; ++i) names.insert(loss_cause_name(static_cast<LossCause>(i)));
  EXPECT_EQ(names.size(), static_cast<size_t>(kLossCauses));
  EXPECT_EQ(loss_cause_name(LossCause::kWalTruncated), "wal_truncated");
}

}  // namespace
}  // namespace pushpull
