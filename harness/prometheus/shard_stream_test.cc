#include "harness/prometheus/shard_stream.h"

#include <gtest/gtest.h>

#include <set>

#include "harness/relabel/config.h"

namespace pushpull {
namespace {

constexpr Duration kInterval = Duration::seconds(15);

// 20 targets of 300 series, with 5 reports each.
const Workload& workload() {
  static const Workload kWorkload =
      Workload::make({.leaves = 1, .targets = 20, .series = 6000, .seed = 7}).value();
  return kWorkload;
}

uint64_t count(const std::vector<wire::WriteSlice>& body) {
  uint64_t samples = 0;
  for (const wire::WriteSlice& part : body) samples += part.slice.count;
  return samples;
}

TEST(ShardStreamTest, BodiesHaveAsManySamplesAsAskedForWhereverTheyBegin) {
  for (const uint32_t shards : {1u, 4u}) {
    ShardStream stream(workload(), {}, shards, shards - 1, kInterval);
    for (const int64_t samples : {1, 299, 2000, 13'000}) {
      for (const double place : {0.0, 0.3, 0.999}) {
        EXPECT_EQ(count(stream.cut(samples, place)), static_cast<uint64_t>(samples));
      }
    }
  }
}

TEST(ShardStreamTest, ReportsFollowWhatTheyAreAbout) {
  ShardStream stream(workload(), {}, 1, 0, kInterval);
  const std::vector<wire::WriteSlice> body = stream.cut(2000, 0.5);
  ASSERT_GE(body.size(), 12u);
  for (size_t i = 1; i < body.size(); ++i) {
    const Record& record = *body[i].slice.record;
    const bool report = record.layout->target() == nullptr;
    EXPECT_EQ(report, i % 2 == 1);
    const Record& before = *body[i - 1].slice.record;
    EXPECT_EQ(record.timestamp_ms == before.timestamp_ms, report);
  }
}

TEST(ShardStreamTest, PlacesAreOfAllTargets) {
  ShardStream stream(workload(), {}, 1, 0, kInterval);
  std::set<const Target*> first;
  for (int i = 0; i < 20; ++i) {
    first.insert(stream.cut(10, (i + 0.5) / 20)[0].slice.record->layout->target());
  }
  EXPECT_EQ(first.size(), 20u);
}

TEST(ShardStreamTest, WhereNothingIsSentBodiesAreEmpty) {
  RelabelConfig all;
  all.action = RelabelAction::kDrop;
  ShardStream stream(workload(), {Labels(), Relabeler({all})}, 1, 0, kInterval);
  EXPECT_EQ(count(stream.cut(100, 0.5)), 0u);
}

}  // namespace
}  // namespace pushpull
