#include "harness/measure/position_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "harness/base/random.h"

namespace pushpull {
namespace {

std::vector<PositionRun> pack(const std::vector<uint32_t>& positions) {
  std::vector<PositionRun> runs;
  RunBuilder builder;
  for (const uint32_t position : positions) {
    if (const auto run = builder.add(position)) runs.push_back(*run);
  }
  if (const auto run = builder.finish()) runs.push_back(*run);
  return runs;
}

TEST(RunBuilderTest, EvenlySpacedPositionsAreOneRun) {
  EXPECT_THAT(pack({3, 7, 11, 15}), testing::ElementsAre(PositionRun{3, 4, 4}));
  EXPECT_THAT(pack({0, 1, 2}), testing::ElementsAre(PositionRun{0, 1, 3}));
  EXPECT_THAT(pack({9}), testing::ElementsAre(PositionRun{9, 1, 1}));
  EXPECT_THAT(pack({}), testing::IsEmpty());
}

TEST(RunBuilderTest, BreaksStartANewRun) {
  EXPECT_THAT(pack({0, 1, 2, 5, 6}),
              testing::ElementsAre(PositionRun{0, 1, 3}, PositionRun{5, 1, 2}));
  EXPECT_THAT(pack({4, 4}), testing::ElementsAre(PositionRun{4, 1, 1}, PositionRun{4, 1, 1}));
  EXPECT_THAT(pack({8, 2}), testing::ElementsAre(PositionRun{8, 1, 1}, PositionRun{2, 1, 1}));
}

TEST(RunBuilderTest, UnpackingGivesTheSamePositionsBack) {
  const uint64_t seed = 5;
  SCOPED_TRACE(seed);
  Random random(seed, "runs");
  for (int round = 0; round < 200; ++round) {
    std::vector<uint32_t> positions;
    for (int i = 0; i < 50; ++i) positions.push_back(static_cast<uint32_t>(random.below(100)));
    std::vector<uint32_t> unpacked;
    for (const PositionRun& run : pack(positions)) {
      for (uint32_t i = 0; i < run.count; ++i) unpacked.push_back(run.position(i));
    }
    EXPECT_EQ(unpacked, positions);
  }
}

TEST(PositionRunTest, FitsIsSafeOnAnyNumbers) {
  constexpr uint32_t kMost = std::numeric_limits<uint32_t>::max();
  EXPECT_TRUE((PositionRun{2, 3, 3}.fits(9)));  // 2 5 8
  EXPECT_FALSE((PositionRun{2, 3, 3}.fits(8)));
  EXPECT_FALSE((PositionRun{0, 0, 2}.fits(8)));
  EXPECT_FALSE((PositionRun{kMost, kMost, kMost}.fits(kMost)));
  EXPECT_TRUE((PositionRun{kMost, 0, 0}.fits(0)));
}

TEST(PositionRunTest, SlicesBecomeRuns) {
  auto record = std::make_shared<Record>();
  record->layout = std::make_shared<Layout>(10, 20, nullptr);
  Slice slice = Slice::whole(record);
  slice.positions = &record->layout->shard_positions(4)[3];  // refs 11, 15 …: positions 1, 5 …
  slice = slice.tail(0);
  slice.first = 1;
  slice.count = 3;
  std::vector<PositionRun> runs;
  for_each_run(slice, [&](const PositionRun& run) { runs.push_back(run); });
  EXPECT_THAT(runs, testing::ElementsAre(PositionRun{5, 4, 3}));
}

}  // namespace
}  // namespace pushpull
