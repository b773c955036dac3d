#include "harness/head/slice_head.h"

#include <gtest/gtest.h>

#include <map>

#include "harness/base/random.h"

namespace pushpull {
namespace {

constexpr TimeBounds kAny = {INT64_MIN, INT64_MAX};

// Values are explicit so that no generator is needed: all samples of a record have the value of its
// timestamp.
RecordPtr record_at(const std::shared_ptr<const Layout>& layout, int64_t timestamp_ms,
                    double value) {
  auto record = std::make_shared<Record>();
  record->layout = layout;
  record->timestamp_ms = timestamp_ms;
  record->values.assign(layout->size(), value);
  return record;
}

Slice shard_slice(RecordPtr record, uint32_t shards, uint32_t shard, uint32_t first,
                  uint32_t count) {
  const ShardPositions* positions = &record->layout->shard_positions(shards)[shard];
  return {std::move(record), positions, first, count};
}

struct Parts {
  std::vector<std::pair<uint32_t, Fate>> list;  // (count, fate)
  SliceHead::Judged sink() {
    return [this](const Slice& s, Fate f) { list.emplace_back(s.count, f); };
  }
};

using Expected = std::vector<std::pair<uint32_t, Fate>>;

TEST(SliceHead, TakesWholeRecordsInOrder) {
  SliceHead head;
  const auto layout = std::make_shared<Layout>(0, 100, nullptr);
  Parts parts;
  head.append(Slice::whole(record_at(layout, 1000, 1)), kAny, parts.sink());
  head.append(Slice::whole(record_at(layout, 2000, 2)), kAny, parts.sink());
  head.append(Slice::whole(record_at(layout, 2000, 2)), kAny, parts.sink());
  head.append(Slice::whole(record_at(layout, 2000, 3)), kAny, parts.sink());
  head.append(Slice::whole(record_at(layout, 1500, 1)), kAny, parts.sink());
  EXPECT_EQ(parts.list, (Expected{{100, Fate::kStored},
                                  {100, Fate::kStored},
                                  {100, Fate::kDuplicate},
                                  {100, Fate::kDuplicateTimestamp},
                                  {100, Fate::kOutOfOrder}}));
  EXPECT_EQ(head.max_timestamp_ms(), 2000);
}

TEST(SliceHead, SplitsASliceWhereItsFateSplits) {
  SliceHead head;
  const auto layout = std::make_shared<Layout>(0, 10, nullptr);
  const RecordPtr record = record_at(layout, 1000, 1);
  Parts parts;
  head.append(shard_slice(record, 1, 0, 0, 4), kAny, parts.sink());
  head.append(Slice::whole(record), kAny, parts.sink());
  EXPECT_EQ(parts.list, (Expected{{4, Fate::kStored}, {4, Fate::kDuplicate}, {6, Fate::kStored}}));
}

TEST(SliceHead, NewestMixesRecordsUntilTheNewerIsComplete) {
  SliceHead head;
  const auto layout = std::make_shared<Layout>(0, 8, nullptr);
  const RecordPtr old_record = record_at(layout, 1000, 1), new_record = record_at(layout, 2000, 2);
  head.append(Slice::whole(old_record), kAny, [](const Slice&, Fate) {});
  head.append(shard_slice(new_record, 2, 0, 0, 4), kAny,
              [](const Slice&, Fate) {});  // even positions

  uint32_t from_new = 0, from_old = 0;
  for (const Slice& s : head.newest(*layout, 3000, Duration::minutes(5))) {
    (s.record == new_record ? from_new : from_old) += s.count;
  }
  EXPECT_EQ(from_new, 4u);
  EXPECT_EQ(from_old, 4u);

  head.append(shard_slice(new_record, 2, 1, 0, 4), kAny, [](const Slice&, Fate) {});
  const std::vector<Slice> complete = head.newest(*layout, 3000, Duration::minutes(5));
  ASSERT_EQ(complete.size(), 1u);
  EXPECT_EQ(complete[0].record, new_record);
  EXPECT_TRUE(head.newest(*layout, 2000 + 300'001, Duration::minutes(5)).empty());
}

TEST(SliceHead, AStaleMarkerHidesTheSeries) {
  SliceHead head;
  const auto layout = std::make_shared<Layout>(0, 8, nullptr);
  head.append(Slice::whole(record_at(layout, 1000, 1)), kAny, [](const Slice&, Fate) {});
  auto marker = std::make_shared<Record>(*record_at(layout, 2000, 0));
  marker->values.clear();
  marker->leaf_made = marker->stale_markers = true;
  head.append(Slice::whole(marker), kAny, [](const Slice&, Fate) {});
  EXPECT_TRUE(head.newest(*layout, 2000, Duration::minutes(5)).empty());
}

// Any order of arrival of any pieces, against one map entry per series judged sample by sample.
TEST(SliceHead, AgreesWithASampleBySampleHead) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed, "slice_head_test");
    SliceHead head;
    const auto layout = std::make_shared<Layout>(
        random.below(5), 1 + static_cast<uint32_t>(random.below(150)), nullptr);
    std::map<uint32_t, Newest> model;
    std::vector<RecordPtr> records;
    for (int r = 0; r < 6; ++r)
      records.push_back(record_at(layout, 1000 * (r / 2), static_cast<double>(r)));
    for (int step = 0; step < 60; ++step) {
      const RecordPtr record = records[random.below(records.size())];
      const auto shards = static_cast<uint32_t>(1 + random.below(4));
      const auto shard = static_cast<uint32_t>(random.below(shards));
      const uint32_t ranks = layout->shard_positions(shards)[shard].count();
      const auto first = static_cast<uint32_t>(random.below(ranks + 1));
      const Slice slice = shard_slice(record, shards, shard, first,
                                      static_cast<uint32_t>(random.below(ranks - first + 1)));
      std::vector<Fate> expected, got;
      for (uint32_t i = 0; i < slice.count; ++i) {
        const auto it = model.find(slice.position(i));
        const Fate fate = judge(it == model.end() ? nullptr : &it->second, record->timestamp_ms,
                                record->value(0), kAny);
        if (fate == Fate::kStored)
          model[slice.position(i)] = {record->timestamp_ms, record->value(0)};
        expected.push_back(fate);
      }
      head.append(slice, kAny, [&](const Slice& s, Fate f) { got.insert(got.end(), s.count, f); });
      ASSERT_EQ(got, expected);
    }
    std::map<uint32_t, int64_t> visible;
    for (const Slice& s : head.newest(*layout, 5000, Duration::minutes(5))) {
      for (uint32_t i = 0; i < s.count; ++i) visible[s.position(i)] = s.record->timestamp_ms;
    }
    ASSERT_EQ(visible.size(), model.size());
    for (const auto& [position, newest] : model) ASSERT_EQ(visible[position], newest.timestamp_ms);
  }
}

}  // namespace
}  // namespace pushpull
