#include "harness/base/secret.h"

#include <gtest/gtest.h>

#include <sstream>

namespace pushpull {
namespace {

TEST(Secret, IsShownToNobodyWhoDoesNotAsk) {
  const Secret secret("hunter2");
  std::ostringstream out;
  out << secret;
  EXPECT_EQ(out.str(), "<secret>");
  EXPECT_EQ(testing::PrintToString(secret), "<secret>");
  EXPECT_EQ(secret.reveal(), "hunter2");
}

TEST(Secret, MayBeAbsent) {
  EXPECT_TRUE(Secret().empty());
  EXPECT_EQ(testing::PrintToString(Secret()), "");
  EXPECT_EQ(Secret("a"), Secret("a"));
  EXPECT_NE(Secret("a"), Secret("b"));
}

}  // namespace
}  // namespace pushpull
