#include "harness/scrape/scrape_cache.h"

#include <gtest/gtest.h>

#include <map>

namespace pushpull {
namespace {

class ScrapeCacheTest : public testing::Test {
 protected:
  // One successful scrape: parse as the worker does, resolve, ask what vanished.
  void scrape(const std::string& text) {
    parsed_ = wire::parse_text(text, cache_.predictor().get()).value();
    resolved_ = cache_.resolve(parsed_).value();
    vanished_ = cache_.take_vanished(parsed_, *resolved_.layout, true);
  }
  uint64_t ref_of(const Labels& labels) {
    ++asked_;
    return refs_.try_emplace(labels.to_string(), refs_.size() + 1).first->second;
  }

  std::map<std::string, uint64_t> refs_;
  int asked_ = 0;
  ScrapeCache cache_{Labels({{"job", "bench"}}), false,
                     [this](const Labels& l) { return ref_of(l); }};
  wire::ParsedText parsed_;
  ScrapeCache::Resolved resolved_;
  std::vector<uint64_t> vanished_;
};

TEST_F(ScrapeCacheTest, ASecondScrapeOfTheSameSeriesAsksForNothing) {
  scrape("a 1\nb 2\n");
  const auto layout = resolved_.layout;
  EXPECT_EQ(resolved_.series_added, 2u);
  EXPECT_TRUE(refs_.contains("a{job=\"bench\"}"));
  scrape("a 3\nb 4\n");
  EXPECT_EQ(resolved_.layout, layout);
  EXPECT_EQ(resolved_.series_added, 0u);
  EXPECT_EQ(asked_, 2);
}

TEST_F(ScrapeCacheTest, AChangedSetOfSeriesGetsANewLayoutAndKeepsRefs) {
  scrape("a 1\nb 2\n");
  scrape("b 2\nc 3\n");
  EXPECT_EQ(resolved_.series_added, 1u);
  EXPECT_EQ(resolved_.layout->ref(0), 2u);
  EXPECT_EQ(resolved_.layout->ref(1), 3u);
  EXPECT_EQ(vanished_, (std::vector<uint64_t>{1}));
  scrape("b 2\nc 3\n");
  EXPECT_TRUE(vanished_.empty());
}

TEST_F(ScrapeCacheTest, AFailedScrapeEndsAllSeriesOnce) {
  scrape("a 1\nb 2\n");
  EXPECT_EQ(cache_.take_all(), (std::vector<uint64_t>{1, 2}));
  EXPECT_TRUE(cache_.take_all().empty());
  scrape("a 1\nb 2\n");
  EXPECT_EQ(cache_.take_all(), (std::vector<uint64_t>{1, 2}));
}

TEST_F(ScrapeCacheTest, SeriesWithTimestampsGetNoStaleMarkers) {
  scrape("a 1 1000\nb 2\n");
  scrape("c 1\n");
  EXPECT_EQ(vanished_, (std::vector<uint64_t>{2}));
}

TEST_F(ScrapeCacheTest, ARepeatedSeriesIsOneSeries) {
  scrape("a 1\na 2\n");
  EXPECT_EQ(resolved_.layout->size(), 2u);
  EXPECT_EQ(resolved_.layout->ref(0), resolved_.layout->ref(1));
}

TEST(ScrapeCache, AnEmptyExposedLabelKeepsTheTargetsAwayUnderHonorLabels) {
  std::string stored;
  const auto ref_of = [&stored](const Labels& labels) {
    stored = labels.to_string();
    return uint64_t{1};
  };
  const wire::ParsedText parsed = wire::parse_text("m{instance=\"\"} 1\n", nullptr).value();
  const Labels target({{"instance", "leaf"}, {"job", "federate"}});
  ASSERT_TRUE(ScrapeCache(target, true, ref_of).resolve(parsed).ok());
  EXPECT_EQ(stored, "m{job=\"federate\"}");
  ASSERT_TRUE(ScrapeCache(target, false, ref_of).resolve(parsed).ok());
  EXPECT_EQ(stored, "m{instance=\"leaf\",job=\"federate\"}");
}

}  // namespace
}  // namespace pushpull
