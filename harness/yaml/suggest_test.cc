#include "harness/yaml/suggest.h"

#include <gtest/gtest.h>

namespace pushpull::yaml {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsAndReplacements) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("max_shard", "max_shards"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);  // k→s, e→i, +g
}

TEST(Suggest, OffersTheNearest) {
  EXPECT_EQ(suggest("max_shard", {"min_shards", "max_shards"}), "; did you mean 'max_shards'?");
}

TEST(Suggest, LongWordsMayBeThreeEditsOff) {
  EXPECT_EQ(suggest("scrape_intrvll", {"scrape_interval"}), "; did you mean 'scrape_interval'?");
  EXPECT_EQ(suggest("rat_xy", {"rate"}), " (known: rate)");  // three edits, short word
}

TEST(Suggest, AWordThatSharesNothingIsNoTypingError) {
  EXPECT_EQ(suggest("xy", {"at"}), " (known: at)");
}

TEST(Suggest, ListsAtMostTen) {
  std::vector<std::string> known;
  for (char c = 'a'; c <= 'k'; ++c) known.emplace_back(20, c);
  const std::string text = suggest("z", known);
  EXPECT_NE(text.find(known[9]), std::string::npos);
  EXPECT_EQ(text.find(known[10]), std::string::npos);
  EXPECT_TRUE(text.ends_with(", …)"));
  EXPECT_EQ(suggest("z", {}), "");
}

}  // namespace
}  // namespace pushpull::yaml
