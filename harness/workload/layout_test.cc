#include "harness/workload/layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "harness/base/random.h"

namespace pushpull {
namespace {

std::vector<uint32_t> positions_by_brute_force(const Layout& layout, uint32_t shards, uint32_t s) {
  std::vector<uint32_t> positions;
  for (uint32_t i = 0; i < layout.size(); ++i) {
    if (layout.ref(i) % shards == s) positions.push_back(i);
  }
  return positions;
}

void expect_shards_as_by_brute_force(const Layout& layout, uint32_t shards) {
  SCOPED_TRACE(std::to_string(layout.size()) + " series over " + std::to_string(shards));
  const std::vector<ShardPositions>& by_shard = layout.shard_positions(shards);
  ASSERT_EQ(by_shard.size(), shards);
  for (uint32_t s = 0; s < shards; ++s) {
    const std::vector<uint32_t> expected = positions_by_brute_force(layout, shards, s);
    ASSERT_EQ(by_shard[s].count(), expected.size());
    for (uint32_t rank = 0; rank < expected.size(); ++rank) {
      ASSERT_EQ(by_shard[s].position(rank), expected[rank]);
    }
    for (uint32_t p = 0; p <= layout.size() + 2; ++p) {
      const auto rank = std::ranges::lower_bound(expected, p) - expected.begin();
      ASSERT_EQ(by_shard[s].rank_at(p), rank) << "position " << p << " of shard " << s;
    }
  }
}

TEST(Layout, APartIsDealtOutByRefToo) {
  const Layout layout({7, 9, 4, 6, 12}, nullptr);
  const LayoutPart& part = layout.part({0, 2, 4});
  EXPECT_EQ(part.count(), 3u);
  EXPECT_EQ(part.in_order().position(1), 2u);
  EXPECT_EQ(part.in_order().rank_at(3), 2u);
  const std::vector<ShardPositions>& shards = part.shard_positions(2);
  ASSERT_EQ(shards.size(), 2u);
  ASSERT_EQ(shards[0].count(), 2u) << "refs 4 and 12";
  EXPECT_EQ(shards[0].position(0), 2u);
  EXPECT_EQ(shards[0].position(1), 4u);
  ASSERT_EQ(shards[1].count(), 1u) << "ref 7";
  EXPECT_EQ(shards[1].position(0), 0u);
  EXPECT_EQ(&part.shard_positions(2), &shards) << "once";
}

TEST(Layout, EqualPartsAreOne) {
  const Layout layout(10, 5, nullptr);
  EXPECT_EQ(&layout.part({1, 2}), &layout.part({1, 2}));
  EXPECT_NE(&layout.part({1, 2}), &layout.part({1}));
  EXPECT_EQ(layout.part({}).count(), 0u);
  EXPECT_EQ(layout.part({}).shard_positions(3)[2].count(), 0u);
}

TEST(Layout, ALineageKeepsTheRefsOfSeriesThatStay) {
  std::vector<std::shared_ptr<const Layout>> lineage = {
      std::make_shared<Layout>(10, 7, nullptr, Generations{0, 2})};
  lineage.push_back(Layout::after(*lineage[0], {0, 4}, 100));
  lineage.push_back(Layout::after(*lineage[1], {1, 1}, 102));
  const auto refs = [](const Layout& layout) {
    std::vector<uint64_t> all;
    for (uint32_t p = 0; p < layout.size(); ++p) all.push_back(layout.ref(p));
    return all;
  };
  EXPECT_EQ(refs(*lineage[1]), (std::vector<uint64_t>{10, 11, 100, 101, 14, 15, 16}));
  // The rest of this round is replaced, and the first of the next.
  EXPECT_EQ(refs(*lineage[2]), (std::vector<uint64_t>{102, 11, 100, 101, 103, 104, 105}));
  const Layout stranger(10, 7, nullptr);
  EXPECT_NE(stranger.lineage(), lineage[0].get());
  for (const auto& layout : lineage) EXPECT_EQ(layout->lineage(), lineage[0].get());
  EXPECT_TRUE(lineage[2]->same_series(*lineage[0], 1));
  EXPECT_FALSE(lineage[2]->same_series(*lineage[0], 2));
  expect_shards_as_by_brute_force(*lineage[2], 3);
}

TEST(Layout, ContiguousRefsStrideThroughTheShards) {
  // Refs 10 … 16: shard 1 of 3 has refs 10, 13, 16, which are positions 0, 3, 6.
  const Layout layout(10, 7, nullptr);
  const ShardPositions& one = layout.shard_positions(3)[1];
  EXPECT_TRUE(one.strided());
  EXPECT_EQ(one.start(), 0u);
  EXPECT_EQ(one.stride(), 3u);
  EXPECT_EQ(one.count(), 3u);
  EXPECT_EQ(one.position(2), 6u);
  EXPECT_EQ(one.rank_at(4), 2u);
}

TEST(Layout, PositionsAreBuiltOnce) {
  const Layout layout(0, 5, nullptr);
  EXPECT_EQ(&layout.shard_positions(2), &layout.shard_positions(2));
  EXPECT_NE(&layout.shard_positions(2), &layout.shard_positions(4));
}

TEST(Layout, AnEmptyOneHasNoPositions) {
  const Layout layout(std::vector<uint64_t>{});
  for (const ShardPositions& shard : layout.shard_positions(3)) {
    EXPECT_EQ(shard.count(), 0u);
    EXPECT_EQ(shard.rank_at(0), 0u);
  }
}

TEST(Layout, ShardPositionsMatchBruteForce) {
  constexpr uint64_t kSeed = 7;
  RecordProperty("seed", std::to_string(kSeed));
  Random random(kSeed, "layout");
  for (int i = 0; i < 100; ++i) {
    const auto size = static_cast<uint32_t>(random.below(150));
    const auto shards = static_cast<uint32_t>(1 + random.below(60));
    expect_shards_as_by_brute_force(Layout(random.below(1'000'000), size, nullptr), shards);
    std::vector<uint64_t> refs(size);
    for (uint64_t& ref : refs) ref = random.below(10'000);
    expect_shards_as_by_brute_force(Layout(refs), shards);
  }
}

TEST(LayoutDeath, ZeroShardsIsAProgrammerError) {
  EXPECT_DEATH(Layout(0, 1, nullptr).shard_positions(0), "shards > 0");
}

}  // namespace
}  // namespace pushpull
