#include "harness/measure/position_set.h"

#include <gtest/gtest.h>

#include <set>

#include "harness/base/random.h"

namespace pushpull {
namespace {

TEST(PositionSetTest, NoneAndAllNeedNoBits) {
  PositionSet set(130);
  EXPECT_EQ(set.word(2), 0u);
  EXPECT_EQ(set.add(PositionRun{0, 1, 130}), 130u);
  EXPECT_TRUE(set.full());
  EXPECT_EQ(set.word(2), 0b11u);  // positions 128 and 129
  EXPECT_TRUE(set.contains(129));
  EXPECT_EQ(set.add(PositionRun{0, 1, 130}), 0u);
}

TEST(PositionSetTest, OfNoPositionsIsFull) {
  PositionSet set(0);
  EXPECT_TRUE(set.full());
  EXPECT_EQ(set.words(), 0u);
}

TEST(PositionSetTest, EqualsAStdSet) {
  const uint64_t seed = 9;
  SCOPED_TRACE(seed);
  Random random(seed, "position set");
  for (int round = 0; round < 300; ++round) {
    const auto size = static_cast<uint32_t>(1 + random.below(300));
    PositionSet set(size);
    std::set<uint32_t> model;
    for (int i = 0; i < 20; ++i) {
      PositionRun run{static_cast<uint32_t>(random.below(size)),
                      static_cast<uint32_t>(1 + random.below(70)), 0};
      const uint32_t room = (size - 1 - run.first) / run.stride + 1;
      run.count = static_cast<uint32_t>(random.below(room + 1));
      uint32_t added = 0;
      for (uint32_t k = 0; k < run.count; ++k) added += model.insert(run.position(k)).second;
      ASSERT_EQ(set.add(run), added);
      ASSERT_EQ(set.count(), model.size());
    }
    for (uint32_t p = 0; p < size; ++p) ASSERT_EQ(set.contains(p), model.contains(p)) << p;
  }
}

}  // namespace
}  // namespace pushpull
