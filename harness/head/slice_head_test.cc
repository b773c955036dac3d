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

TEST(SliceHead, FindsEachOfManyLineages) {
  constexpr size_t kLineages = 1000;
  SliceHead head;
  Parts parts;
  std::vector<std::shared_ptr<const Layout>> layouts;
  std::vector<const Layout*> expected;
  for (size_t i = 0; i < kLineages; ++i) {
    layouts.push_back(std::make_shared<Layout>(1 + 3 * i, 3, nullptr));
    expected.push_back(layouts.back().get());
    head.append(Slice::whole(record_at(layouts.back(), 1000 + static_cast<int64_t>(i), 1)), kAny,
                parts.sink());
  }
  EXPECT_EQ(parts.list, Expected(kLineages, {3, Fate::kStored}));
  EXPECT_EQ(head.lineages(), expected);
  for (size_t i = 0; i < kLineages; ++i) {
    const auto timestamp = 1000 + static_cast<int64_t>(i);
    ASSERT_EQ(head.newest(*layouts[i], timestamp, Duration::minutes(5)).size(), 1u);
    ASSERT_EQ(head.newest(*layouts[i], timestamp, Duration::minutes(5))[0].record->timestamp_ms,
              timestamp);
  }
  const Layout stranger(9999, 3, nullptr);
  EXPECT_TRUE(head.newest(stranger, 1000, Duration::minutes(5)).empty());
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

// Layouts of one lineage, each with some series replaced, all refs different.
std::vector<std::shared_ptr<const Layout>> random_lineage(Random& random) {
  const auto size = static_cast<uint32_t>(1 + random.below(150));
  Generations generations{random.below(2), static_cast<uint32_t>(random.below(size))};
  std::vector<std::shared_ptr<const Layout>> lineage = {
      std::make_shared<Layout>(random.below(5), size, nullptr, generations)};
  uint64_t next_ref = lineage[0]->ref(size - 1) + 1;
  while (lineage.size() < 4) {
    const auto replaced = 1 + random.below(size);
    const uint64_t frontier = generations.frontier + replaced;
    generations = {generations.older + frontier / size, static_cast<uint32_t>(frontier % size)};
    lineage.push_back(Layout::after(*lineage.back(), generations, next_ref));
    next_ref += replaced;
  }
  return lineage;
}

// The same with series that are replaced: pieces of records of old and new layouts, and stale
// markers, in any order, against one map entry per series.
TEST(SliceHead, AgreesWithASampleBySampleHeadUnderChurn) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed, "slice_head_test churn");
    SliceHead head;
    const auto lineage = random_lineage(random);
    std::vector<RecordPtr> records;
    for (size_t r = 0; r < 8; ++r) {
      auto record = std::make_shared<Record>(
          *record_at(lineage[r / 2], 1000 * static_cast<int64_t>(r / 2 + random.below(2)),
                     static_cast<double>(r)));
      record->stale_markers = random.below(4) == 0;
      records.push_back(std::move(record));
    }
    std::map<uint64_t, std::pair<Newest, bool>> model;  // by ref; true: a marker
    std::shared_ptr<const Layout> newest_layout;
    for (int step = 0; step < 60; ++step) {
      const RecordPtr record = records[random.below(records.size())];
      const Layout& layout = *record->layout;
      const auto shards = static_cast<uint32_t>(1 + random.below(4));
      const auto shard = static_cast<uint32_t>(random.below(shards));
      const uint32_t ranks = layout.shard_positions(shards)[shard].count();
      // Whole shards now and then, so that records become complete.
      const bool whole = random.below(2) == 0;
      const auto first = whole ? 0 : static_cast<uint32_t>(random.below(ranks + 1));
      const auto count = whole ? ranks : static_cast<uint32_t>(random.below(ranks - first + 1));
      std::vector<Fate> expected, got;
      for (uint32_t i = 0; i < count; ++i) {
        const uint64_t ref = layout.ref(layout.shard_positions(shards)[shard].position(first + i));
        const auto it = model.find(ref);
        const Fate fate = judge(it == model.end() ? nullptr : &it->second.first,
                                record->timestamp_ms, record->value(0), kAny);
        if (fate == Fate::kStored) {
          model[ref] = {{record->timestamp_ms, record->value(0)}, record->stale_markers};
          const bool later =
              newest_layout == nullptr || newest_layout->generations() < layout.generations();
          if (later) newest_layout = record->layout;
        }
        expected.push_back(fate);
      }
      head.append(shard_slice(record, shards, shard, first, count), kAny,
                  [&](const Slice& s, Fate f) { got.insert(got.end(), s.count, f); });
      ASSERT_EQ(got, expected) << "step " << step;
    }
    if (newest_layout == nullptr) continue;
    std::map<uint64_t, int64_t> visible, wanted;
    for (const Slice& s : head.newest(*newest_layout, 9000, Duration::minutes(5))) {
      for (uint32_t i = 0; i < s.count; ++i)
        visible[s.record->layout->ref(s.position(i))] = s.record->timestamp_ms;
    }
    for (uint32_t p = 0; p < newest_layout->size(); ++p) {
      const auto it = model.find(newest_layout->ref(p));
      if (it != model.end() && !it->second.second)
        wanted[it->first] = it->second.first.timestamp_ms;
    }
    ASSERT_EQ(visible, wanted);
  }
}

TEST(SliceHead, RemembersReplacedSeriesForAnHourOfData) {
  SliceHead head;
  const auto first = std::make_shared<Layout>(0, 100, nullptr);
  const auto second = Layout::after(*first, {0, 10}, 100);
  const auto append = [&](const RecordPtr& record) {
    std::vector<Fate> fates;
    const TimeBounds bounds = time_bounds(head.max_timestamp_ms(), Instant(), false);
    head.append(Slice::whole(record), bounds,
                [&](const Slice& s, Fate f) { fates.insert(fates.end(), s.count, f); });
    return fates;
  };
  append(record_at(first, 1000, 1));
  append(record_at(second, 2000, 2));
  EXPECT_EQ(head.ended_entries(*first), 1u);
  const std::vector<Fate> again = append(record_at(first, 1000, 1));
  EXPECT_EQ(again[9], Fate::kDuplicate);    // of the series that ended
  EXPECT_EQ(again[10], Fate::kOutOfOrder);  // the others have a newer sample
  // One hour later to the millisecond it could still be told from a new one; after that it is out
  // of bounds anyway. A new layout is when the head cleans up.
  const auto third = Layout::after(*second, {0, 20}, 110);
  append(record_at(third, 3'601'000, 3));
  EXPECT_EQ(head.ended_entries(*first), 2u);
  const auto fourth = Layout::after(*third, {0, 30}, 120);
  append(record_at(fourth, 3'602'001, 4));
  EXPECT_EQ(head.ended_entries(*first), 1u);  // of those that `fourth` replaced
  EXPECT_EQ(append(record_at(first, 1000, 1))[9], Fate::kOutOfBounds);
}

}  // namespace
}  // namespace pushpull
