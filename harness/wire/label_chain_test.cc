#include "harness/wire/label_chain.h"

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

LabelChain chain(const std::vector<std::string>& regions) {
  std::vector<SeenLabels> seen;
  for (const std::string& region : regions) seen.push_back({region, 100 + seen.size()});
  return LabelChain(seen);
}

const std::string kA = region(Labels({{"__name__", "a"}, {"job", "x"}, {"le", "1"}}));
const std::string kB = region(Labels({{"__name__", "a"}, {"job", "x"}, {"le", "25"}}));
const std::string kC = region(Labels({{"__name__", "b"}, {"code", "200"}, {"job", "x"}}));

TEST(LabelChain, FollowsTheSeriesThatItWasMadeOf) {
  const LabelChain all = chain({kA, kB, kC, kA});
  EXPECT_EQ(all.first(), kA);
  ASSERT_EQ(all.links(), 3u);
  EXPECT_EQ(all.follow(0, kA, kB).region, kB);
  EXPECT_EQ(all.follow(0, kA, kB).hash, 101u);
  EXPECT_EQ(all.follow(1, kB, kC).region, kC);
  EXPECT_EQ(all.follow(2, kC, kA).region, kA);
  EXPECT_EQ(all.follow(2, kC, kA).hash, 103u);
}

TEST(LabelChain, GivesOnlyTheLabelsOfWhatFollows) {
  const std::string series = kB + "\x12\x02 a sample";
  const SeenLabels found = chain({kA, kB}).follow(0, kA, series);
  EXPECT_EQ(found.region, kB);
  EXPECT_EQ(found.region.data(), series.data());
}

TEST(LabelChain, NoticesEveryByteThatDiffers) {
  const LabelChain all = chain({kA, kB, kC});
  for (const auto& [link, before, next] : {std::tuple(0, kA, kB), std::tuple(1, kB, kC)}) {
    for (size_t i = 0; i < next.size(); ++i) {
      std::string other = next;
      other[i] = static_cast<char>(other[i] ^ 1);
      EXPECT_TRUE(all.follow(static_cast<size_t>(link), before, other).region.empty()) << i;
      EXPECT_TRUE(all.follow(static_cast<size_t>(link), before, next.substr(0, i)).region.empty());
    }
  }
}

TEST(LabelChain, KeepsDifferencesOnly) {
  std::vector<std::string> regions;
  for (int i = 0; i < 100; ++i) {
    regions.push_back(region(Labels(
        {{"__name__", "a"}, {"job", std::string(500, 'j')}, {"n", std::to_string(1000 + i)}})));
  }
  EXPECT_LT(chain(regions).bytes(), 100 * 50u);
}

// Regions of any labels, repeated and unsorted ones included, and of none.
TEST(LabelChain, AnyRegionsFollowEachOther) {
  Random random(7, "label chain");
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> regions;
    for (int i = 0; i < 20; ++i) {
      std::string labels;
      for (uint64_t n = random.below(30); n > 0; --n) {
        labels += region(Labels({{std::string(1, static_cast<char>('a' + random.below(4))), "v"}}));
      }
      regions.push_back(std::move(labels));
    }
    const LabelChain all = chain(regions);
    for (size_t i = 0; i + 1 < regions.size(); ++i) {
      const std::string series = regions[i + 1] + "tail";
      const SeenLabels found = all.follow(i, regions[i], series);
      ASSERT_EQ(found.region, regions[i + 1]) << "round " << round << ", link " << i;
      ASSERT_EQ(found.hash, 101 + i);
    }
  }
}

}  // namespace
}  // namespace pushpull::wire
