#include "harness/wire/label_block.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/base/random.h"
#include "harness/wire/write_request.h"

namespace pushpull::wire {
namespace {

std::string region(const Labels& labels) {
  std::string out;
  encode_labels(labels, out);
  return out;
}

// What write_labels() writes, which ends where it says.
std::string written(const LabelBlock& block, uint32_t position) {
  std::string memory(block.labels_size(position) + LabelBlock::kCopyBlock, '?');
  const char* const end = block.write_labels(position, memory.data());
  EXPECT_EQ(end - memory.data(), block.labels_size(position));
  memory.resize(block.labels_size(position));
  return memory;
}

TEST(LabelBlock, GivesBackWhatWasAdded) {
  LabelBlock::Builder builder;
  const Labels up({{"__name__", "up"}, {"job", "a"}});
  const Labels down({{"__name__", "down"}, {"job", "a"}});
  builder.add(up);
  builder.add(down);
  builder.add(Labels());
  builder.add_encoded(region(up));
  const auto block = builder.build();
  ASSERT_EQ(block->size(), 4u);
  EXPECT_EQ(block->longest(), region(down).size());
  const std::string expected[] = {region(up), region(down), "", region(up)};
  for (uint32_t p = 0; p < 4; ++p) {
    EXPECT_EQ(block->labels(p), expected[p]);
    EXPECT_EQ(written(*block, p), expected[p]);
  }
}

TEST(LabelBlock, KeepsALabelOnce) {
  LabelBlock::Builder builder;
  size_t regions = 0;
  for (int i = 0; i < 1000; ++i) {
    const Labels labels({{"__name__", "m" + std::to_string(i / 10)},
                         {"job", std::string(100, 'j')},
                         {"le", std::to_string(i % 10)},
                         {"pod", std::string(100, 'p')}});
    regions += region(labels).size();
    builder.add(labels);
  }
  EXPECT_GT(regions, 240'000u);
  // A series is at most four pieces of eight bytes and one entry of eight.
  EXPECT_LT(builder.build()->bytes(), 1000 * 40 + 100 * 20 + 10 * 20 + 500u);
}

// Few names and values, so that labels meet again in any company; of lengths around that of a
// copied block.
TEST(LabelBlock, AnySeriesShareLabels) {
  constexpr uint64_t kSeed = 3;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "label block");
  for (int round = 0; round < 100; ++round) {
    LabelBlock::Builder builder;
    std::vector<std::string> regions;
    for (int i = 0; i < 30; ++i) {
      std::string labels;
      for (uint64_t n = random.below(8); n > 0; --n) {
        labels += region(Labels({{std::string(1, static_cast<char>('a' + random.below(4))),
                                  std::string(1 + random.below(3) * 30, 'v')}}));
      }
      builder.add_encoded(labels);
      regions.push_back(std::move(labels));
    }
    const auto block = builder.build();
    for (uint32_t p = 0; p < regions.size(); ++p) {
      ASSERT_EQ(block->labels(p), regions[p]) << "round " << round << ", position " << p;
      ASSERT_EQ(written(*block, p), regions[p]) << "round " << round << ", position " << p;
    }
  }
}

}  // namespace
}  // namespace pushpull::wire
