#include "harness/base/random.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(Random, SameSeedAndNameGiveTheSameNumbers) {
  Random a(42, "link"), b(42, "link");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(a.next(), b.next());
}

TEST(Random, NamesSeparateStreams) {
  Random link(42, "link"), phase(42, "phase");
  EXPECT_NE(link.next(), phase.next());
}

TEST(Random, BelowStaysBelowAndReachesEveryValue) {
  Random random(1, "below");
  bool seen[5] = {};
  for (int i = 0; i < 200; ++i) seen[random.below(5)] = true;
  for (const bool s : seen) EXPECT_TRUE(s);
}

TEST(Random, UnitHasTheMeanOfAUniform) {
  Random random(1, "unit");
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) sum += random.unit();
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

}  // namespace
}  // namespace pushpull
