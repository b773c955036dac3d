#include "harness/workload/workload.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <set>

namespace pushpull {
namespace {

Workload make(const WorkloadSpec& spec) { return std::move(Workload::make(spec).value()); }

TEST(Workload, SpreadsTheSeriesOfALeafOverItsTargets) {
  // 1003 over 10: three targets of 101, seven of 100.
  const Workload workload = make({.leaves = 3, .targets = 10, .series = 1003});
  EXPECT_EQ(workload.series(), 3009u);
  EXPECT_EQ(workload.targets().size(), 30u);
  for (uint32_t leaf = 0; leaf < 3; ++leaf) {
    const std::span<const Target> targets = workload.targets_of(leaf);
    ASSERT_EQ(targets.size(), 10u);
    for (uint32_t i = 0; i < 10; ++i) {
      EXPECT_EQ(targets[i].id(), leaf * 10 + i);
      EXPECT_EQ(targets[i].size(), i < 3 ? 101u : 100u);
    }
  }
}

TEST(Workload, EveryStoredSeriesIsUniqueAndLeadsBackToItsPlace) {
  const Workload workload = make({.leaves = 2, .targets = 20, .series = 4010, .seed = 9});
  std::set<Labels> seen;
  for (const Target& target : workload.targets()) {
    for (uint32_t p = 0; p < target.size(); ++p) {
      Labels stored = target.stored_labels(p);
      ASSERT_TRUE(seen.insert(stored).second) << stored.to_string();
      stored.set("cluster", "eu-1");  // an external label
      ASSERT_EQ(workload.target_of(stored.get("instance")), target.id());
      ASSERT_EQ(workload.place_of(target.id(), stored), (SeriesPlace{p, 0})) << stored.to_string();
    }
  }
  EXPECT_EQ(seen.size(), workload.series());
}

TEST(Workload, StrangersHaveNoPlace) {
  const Workload workload = make({.targets = 2, .series = 600});
  EXPECT_EQ(workload.target_of("10.0.0.1:80"), std::nullopt);
  Labels up = workload.target(0).target_labels();
  up.set("__name__", "up");
  EXPECT_EQ(workload.place_of(0, up), std::nullopt);
  // A series of target 0 is none of target 1, even where the shape is the same.
  EXPECT_EQ(workload.place_of(1, workload.target(0).stored_labels(0)), std::nullopt);
  Labels changed = workload.target(0).stored_labels(0);
  changed.set("job", "other");
  EXPECT_EQ(workload.place_of(0, changed), std::nullopt);
}

TEST(Workload, SurvivesBeingMoved) {
  Workload workload = make({.targets = 3, .series = 30});
  const Target* const first = &workload.target(0);
  const Workload moved = std::move(workload);
  EXPECT_EQ(&moved.target(0), first);
  EXPECT_EQ(moved.place_of(2, moved.target(2).stored_labels(9)), (SeriesPlace{9, 0}));
}

TEST(Workload, SaysWhatDoesNotFit) {
  const auto error = [](const WorkloadSpec& spec) { return Workload::make(spec).error().message; };
  EXPECT_EQ(error({.targets = 10, .series = 9}),
            "9 series cannot be spread over 10 targets: each needs at least one");
  EXPECT_EQ(error({.leaves = 0}), "a workload needs at least one leaf and one target per leaf");
  EXPECT_EQ(error({.labels = "swarm"}), "unknown labels profile 'swarm': use kubernetes");
  EXPECT_NE(error({.leaves = 300, .targets = 100'000, .series = 100'000}).find("have an address"),
            std::string::npos);
  EXPECT_NE(error({.series = uint64_t{1} << 33}).find("use more targets"), std::string::npos);
}

size_t allocated_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// The generator may spend 1 GiB on ten million series. It spends memory per series only in shapes:
// 4 kinds of 5000 series with some 300 bytes of text and steps each are 6 MB. A target has 6 labels
// at 64 bytes and the texts of its slots, at most 400 bytes for each 60 series: with 2000 targets
// 0.8 MB + 10^7 / 4 / 60 * 400 bytes = 17 MB, with ten times as many 8 MB + 17 MB. 64 MiB leave
// room.
void expect_ten_million_series_below(const WorkloadSpec& spec, size_t limit) {
  const size_t before = allocated_bytes();
  const Workload workload = make(spec);
  const size_t used = allocated_bytes() - before;
  EXPECT_EQ(workload.series(), 10'000'000u);
  // The sanitizers' allocators count nothing.
  if (before > 0) {
    EXPECT_GT(used, workload.targets().size() * sizeof(Target));
    EXPECT_LT(used, limit);
  }
  testing::Test::RecordProperty("bytes", std::to_string(used));
}

TEST(WorkloadMemory, TenMillionSeriesInLargeTargets) {
  expect_ten_million_series_below({.targets = 2000, .series = 10'000'000}, size_t{64} << 20);
}

TEST(WorkloadMemory, TenMillionSeriesInSmallTargets) {
  expect_ten_million_series_below({.targets = 20'000, .series = 10'000'000}, size_t{64} << 20);
}

}  // namespace
}  // namespace pushpull
