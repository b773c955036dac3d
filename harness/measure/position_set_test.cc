#include "harness/measure/position_set.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "harness/base/random.h"

namespace pushpull {
namespace {

RecordPtr record_of(uint64_t first_ref, uint32_t size) {
  auto record = std::make_shared<Record>();
  record->layout = std::make_shared<Layout>(first_ref, size, nullptr);
  return record;
}

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

// Shards of `ref mod shards` arrive in turn, each in order or with a batch missing: what intervals
// are for, and what makes them give way to bits.
TEST(PositionSetTest, ShardsInBatchesEqualAStdSet) {
  const uint64_t seed = 11;
  SCOPED_TRACE(seed);
  Random random(seed, "shards in batches");
  for (int round = 0; round < 300; ++round) {
    const auto size = static_cast<uint32_t>(1 + random.below(2000));
    const auto shards = static_cast<uint32_t>(1 + random.below(9));
    const auto record = record_of(1 + random.below(100), size);
    std::vector<uint32_t> sent(shards);
    PositionSet set(size);
    std::set<uint32_t> model;
    for (int i = 0; i < 40; ++i) {
      const auto s = static_cast<uint32_t>(random.below(shards));
      const ShardPositions& shard = record->layout->shard_positions(shards)[s];
      Slice batch = {record, &shard, sent[s], 0};
      batch.count = static_cast<uint32_t>(random.below(shard.count() - sent[s] + 1));
      if (random.below(20) != 0) {
        bool known = false;
        for (uint32_t k = 0; k < batch.count; ++k) known |= model.contains(batch.position(k));
        ASSERT_EQ(set.intersects(batch), known);
        uint32_t added = 0;
        for (uint32_t k = 0; k < batch.count; ++k) added += model.insert(batch.position(k)).second;
        ASSERT_EQ(set.add(batch), added);
      }
      if (random.below(10) != 0) sent[s] += batch.count;  // else it is sent again
    }
    ASSERT_EQ(set.count(), model.size());
    for (uint32_t p = 0; p < size; ++p) ASSERT_EQ(set.contains(p), model.contains(p)) << p;
  }
}

TEST(PositionSetTest, IntersectsAcrossShardCounts) {
  const auto record = record_of(0, 200);
  const auto batch = [&](uint32_t shards, uint32_t shard, uint32_t first, uint32_t count) {
    return Slice{record, &record->layout->shard_positions(shards)[shard], first, count};
  };
  PositionSet set(200);
  set.add(batch(3, 0, 0, 10));  // 0 3 … 27
  EXPECT_FALSE(set.intersects(batch(3, 0, 10, 5)));
  EXPECT_FALSE(set.intersects(batch(3, 1, 0, 60)));
  EXPECT_TRUE(set.intersects(batch(2, 1, 0, 2)));   // 1 3
  EXPECT_FALSE(set.intersects(batch(2, 1, 2, 1)));  // 5
  EXPECT_TRUE(set.intersects(batch(1, 0, 27, 1)));
  EXPECT_FALSE(set.intersects(batch(1, 0, 28, 172)));
  EXPECT_FALSE(set.intersects(batch(1, 0, 0, 0)));
}

TEST(PositionSetTest, SplitsByAnotherSet) {
  PositionSet set(100);
  set.add(PositionRun{0, 1, 60});
  PositionSet other(100);
  other.add(PositionRun{50, 5, 10});  // 50 55 … 95
  const PositionSet in = set.common(other, true);
  const PositionSet out = set.common(other, false);
  EXPECT_EQ(in.count(), 2u);
  EXPECT_TRUE(in.contains(50) && in.contains(55));
  EXPECT_EQ(out.count(), 58u);
  EXPECT_FALSE(out.contains(55) || out.contains(60));
  EXPECT_EQ(set.common(PositionSet(100), true).count(), 0u);
  PositionSet all(100);
  all.add(PositionRun{0, 1, 100});
  EXPECT_TRUE(all.common(all, true).full());
}

}  // namespace
}  // namespace pushpull
