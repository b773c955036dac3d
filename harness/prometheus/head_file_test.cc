#include "harness/prometheus/head_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness/head/histogram_rules.h"
#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

class HeadFileTest : public testing::Test {
 protected:
  void SetUp() override {
    registry_.ref(Labels({{"__name__", "a"}}));
    registry_.ref(Labels({{"__name__", "b"}, {"x", "y"}}));
    registry_.ref(Labels({{"__name__", "never_scraped"}}));
    head_.restore(1, {1000, 1.5});
    head_.restore(2, {2000, stale_nan()});
  }
  void TearDown() override { std::filesystem::remove(path_); }
  std::string saved() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void overwrite(const std::string& content) const {
    std::ofstream(path_, std::ios::binary) << content;
  }

  const std::string path_ = testing::TempDir() + "head_file_test." + std::to_string(::getpid());
  SeriesRegistry registry_;
  SeriesHead head_;
  HeadWindow window_{500};
};

TEST_F(HeadFileTest, ComesBackWithTheSameRefsAndBits) {
  ASSERT_TRUE(save_head(path_, registry_, head_, window_).ok());
  SeriesRegistry registry;
  SeriesHead head;
  HeadWindow window;
  ASSERT_TRUE(load_head(path_, registry, head, window).ok());
  EXPECT_EQ(registry.size(), 3u);
  EXPECT_EQ(registry.labels(2), registry_.labels(2));
  EXPECT_EQ(head.find(1)->value, 1.5);
  EXPECT_TRUE(is_stale_nan(head.find(2)->value));
  EXPECT_EQ(head.find(3), nullptr);
  EXPECT_EQ(head.max_timestamp_ms(), 2000);
  EXPECT_EQ(window.begin_ms(), 500);
}

TEST_F(HeadFileTest, KeepsTheNewestHistogramOfASeries) {
  NativeHistogram histogram;
  histogram.count = 2.5;
  histogram.zero_count = 2.5;
  histogram.sum = -1;
  histogram.timestamp_ms = 3000;
  head_.restore(3, std::make_shared<const NativeHistogram>(histogram));
  ASSERT_TRUE(save_head(path_, registry_, head_, window_).ok());
  SeriesRegistry registry;
  SeriesHead head;
  HeadWindow window;
  ASSERT_TRUE(load_head(path_, registry, head, window).ok());
  ASSERT_NE(head.find_histogram(3), nullptr);
  EXPECT_TRUE(same_histogram(*head.find_histogram(3), histogram));
  EXPECT_EQ(head.find(3)->timestamp_ms, 3000);
  EXPECT_EQ(head.find_histogram(1), nullptr);
}

TEST_F(HeadFileTest, RefsOfForgottenSeriesAreNotGivenAgain) {
  const std::vector<uint64_t> gone = {1, 3};
  registry_.forget(gone);
  head_.forget(1);
  ASSERT_TRUE(save_head(path_, registry_, head_, window_).ok());
  SeriesRegistry registry;
  SeriesHead head;
  HeadWindow window;
  ASSERT_TRUE(load_head(path_, registry, head, window).ok());
  EXPECT_EQ(registry.size(), 1u);
  EXPECT_EQ(registry.labels(2), registry_.labels(2));
  EXPECT_TRUE(is_stale_nan(head.find(2)->value));
  EXPECT_EQ(head.find(1), nullptr);
  EXPECT_EQ(registry.ref(Labels({{"__name__", "a"}})), 4u);
}

TEST_F(HeadFileTest, AMissingFileIsAnEmptyHead) {
  SeriesRegistry registry;
  SeriesHead head;
  HeadWindow window;
  EXPECT_TRUE(load_head(path_ + ".none", registry, head, window).ok());
  EXPECT_EQ(registry.size(), 0u);
}

TEST_F(HeadFileTest, AnyDamageIsFound) {
  ASSERT_TRUE(save_head(path_, registry_, head_, window_).ok());
  const std::string good = saved();
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    overwrite(bad);
    SeriesRegistry registry;
    SeriesHead head;
    HeadWindow window;
    EXPECT_FALSE(load_head(path_, registry, head, window).ok()) << "flipped byte " << i;
    overwrite(good.substr(0, i));
    EXPECT_FALSE(load_head(path_, registry, head, window).ok()) << "cut at " << i;
  }
}

}  // namespace
}  // namespace pushpull
