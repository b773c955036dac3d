#include "harness/workload/record.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/base/random.h"

namespace pushpull {
namespace {

RecordPtr record_of(Layout layout) {
  auto record = std::make_shared<Record>();
  record->layout = std::make_shared<const Layout>(std::move(layout));
  return record;
}

Slice shard_slice(const RecordPtr& record, uint32_t shards, uint32_t shard, uint32_t first,
                  uint32_t count) {
  return {record, &record->layout->shard_positions(shards)[shard], first, count};
}

std::vector<uint32_t> positions_of(const Slice& slice) {
  std::vector<uint32_t> positions;
  for (uint32_t i = 0; i < slice.count; ++i) positions.push_back(slice.position(i));
  return positions;
}

std::vector<uint32_t> positions_by_word(const Slice& slice) {
  std::vector<uint32_t> positions;
  for_each_word(slice, [&](uint32_t word, uint64_t mask) {
    EXPECT_NE(mask, 0u);
    for (uint32_t bit = 0; bit < 64; ++bit) {
      if ((mask >> bit & 1) != 0) positions.push_back(word * 64 + bit);
    }
  });
  return positions;
}

TEST(Record, CarriesItsOwnValuesAndTimestamps) {
  Record record;
  record.layout = std::make_shared<const Layout>(0, 2, nullptr);
  record.timestamp_ms = 1000;
  record.values = {1.5, 2.5};
  EXPECT_EQ(record.size(), 2u);
  EXPECT_EQ(record.value(1), 2.5);
  EXPECT_EQ(record.timestamp(1), 1000);
  record.timestamps = {7, 8};
  EXPECT_EQ(record.timestamp(1), 8);
}

TEST(Slice, WholeIsTheRecordInOrder) {
  const Slice whole = Slice::whole(record_of(Layout(5, 4, nullptr)));
  EXPECT_EQ(positions_of(whole), (std::vector<uint32_t>{0, 1, 2, 3}));
}

TEST(Slice, HeadAndTailPartIt) {
  // Shard 1 of 2 of refs 0 … 9: positions 1, 3, 5, 7, 9.
  const Slice slice = shard_slice(record_of(Layout(0, 10, nullptr)), 2, 1, 0, 5);
  EXPECT_EQ(positions_of(slice.head(2)), (std::vector<uint32_t>{1, 3}));
  EXPECT_EQ(positions_of(slice.tail(2)), (std::vector<uint32_t>{5, 7, 9}));
  EXPECT_EQ(slice.tail(5).count, 0u);
  EXPECT_EQ(sample_count({slice, slice.head(2)}), 7u);
}

TEST(Slice, WordsOfAWholeRecord) {
  const Slice whole = Slice::whole(record_of(Layout(0, 70, nullptr)));
  std::vector<std::pair<uint32_t, uint64_t>> words;
  for_each_word(whole, [&](uint32_t word, uint64_t mask) { words.emplace_back(word, mask); });
  const std::vector<std::pair<uint32_t, uint64_t>> expected = {{0, ~uint64_t{0}}, {1, 0b111111}};
  EXPECT_EQ(words, expected);
}

TEST(Slice, WordsHoldItsPositionsExactlyOnceAndAscending) {
  constexpr uint64_t kSeed = 11;
  RecordProperty("seed", std::to_string(kSeed));
  Random random(kSeed, "words");
  for (int i = 0; i < 500; ++i) {
    SCOPED_TRACE("case " + std::to_string(i) + " of seed " + std::to_string(kSeed));
    const auto size = static_cast<uint32_t>(1 + random.below(400));
    const auto shards = static_cast<uint32_t>(1 + random.below(100));
    std::vector<uint64_t> refs(size);
    for (uint64_t& ref : refs) ref = random.below(1000);
    const bool contiguous = random.below(2) == 0;
    const RecordPtr record =
        record_of(contiguous ? Layout(random.below(1000), size, nullptr) : Layout(refs));
    const auto shard = static_cast<uint32_t>(random.below(shards));
    const uint32_t all = record->layout->shard_positions(shards)[shard].count();
    const auto first = static_cast<uint32_t>(random.below(all + 1));
    const auto count = static_cast<uint32_t>(random.below(all - first + 1));
    const Slice slice = shard_slice(record, shards, shard, first, count);
    ASSERT_EQ(positions_by_word(slice), positions_of(slice));
  }
}

}  // namespace
}  // namespace pushpull
