#include "harness/wire/exposed_series.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace pushpull::wire {
namespace {

std::string bound(double value) {
  std::string out;
  append_bound(out, value);
  return out;
}

TEST(AppendBound, WritesWhatOpenMetricsWants) {
  EXPECT_EQ(bound(1), "1.0");
  EXPECT_EQ(bound(0), "0.0");
  EXPECT_EQ(bound(-0.0), "0.0");
  EXPECT_EQ(bound(-2.5), "-2.5");
  EXPECT_EQ(bound(1e6), "1e+06");
  EXPECT_EQ(bound(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(bound(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(bound(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(ExposedSeries, ComeBackAsLabels) {
  const std::vector<ExposedLabel> labels = {{"__name__", "up"}, {"z", "1"}, {"a", ""}, {"b", "x"}};
  std::string bytes;
  append_exposed_series(bytes, labels);
  const Result<ParsedSeries> read = read_exposed_series(bytes);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->labels, Labels({{"__name__", "up"}, {"b", "x"}, {"z", "1"}}));
  EXPECT_EQ(read->empty_names, std::vector<std::string>{"a"});
  EXPECT_FALSE(read_exposed_series(bytes + bytes).ok()) << "names given twice";
  EXPECT_FALSE(read_exposed_series(bytes.substr(1)).ok());
}

TEST(CheckExposedSeries, ByTheReleaseThatScrapes) {
  const std::vector<ExposedLabel> plain = {{"__name__", "up"}, {"a", "ü"}};
  const std::vector<ExposedLabel> dotted = {{"__name__", "http.up"}};
  const std::vector<ExposedLabel> nameless = {{"a", "b"}};
  const std::vector<ExposedLabel> broken = {{"__name__", "up"}, {"a", "\xff"}};
  EXPECT_TRUE(check_exposed_series(plain, {}).ok());
  EXPECT_TRUE(check_exposed_series(dotted, {}).ok());
  EXPECT_FALSE(check_exposed_series(dotted, {.utf8_names = false}).ok());
  EXPECT_FALSE(check_exposed_series(nameless, {}).ok());
  EXPECT_FALSE(check_exposed_series(broken, {}).ok());
}

NativeHistogram whole(std::vector<BucketSpan> spans, std::vector<int64_t> deltas) {
  NativeHistogram h;
  h.count = uint64_t{0};
  h.positive_spans = std::move(spans);
  h.positive_deltas = std::move(deltas);
  compact(h);
  return h;
}

TEST(Compact, DropsEmptyBuckets) {
  // 0 2 0 | 0 3 3: the second side of the gap begins one later, and ends where it did.
  const NativeHistogram h = whole({{-2, 3}, {4, 3}}, {0, 2, -2, 0, 3, 0});
  EXPECT_EQ(h.positive_spans, (std::vector<BucketSpan>{{-1, 1}, {6, 2}}));
  EXPECT_EQ(h.positive_deltas, (std::vector<int64_t>{2, 1, 0}));
}

TEST(Compact, MergesSpansThatTouch) {
  const NativeHistogram h = whole({{1, 1}, {0, 1}, {2, 0}, {1, 1}}, {5, 1, 1});
  EXPECT_EQ(h.positive_spans, (std::vector<BucketSpan>{{1, 2}, {3, 1}}));
  EXPECT_EQ(h.positive_deltas, (std::vector<int64_t>{5, 1, 1}));
}

TEST(Compact, LeavesNothingOfNothing) {
  const NativeHistogram h = whole({{0, 0}, {3, 2}}, {0, 0});
  EXPECT_TRUE(h.positive_spans.empty());
  EXPECT_TRUE(h.positive_deltas.empty());
}

TEST(Compact, FloatsToo) {
  NativeHistogram h;
  h.count = 3.0;
  h.negative_spans = {{0, 3}};
  h.negative_counts = {1.5, 0, 1.5};
  compact(h);
  EXPECT_EQ(h.negative_spans, (std::vector<BucketSpan>{{0, 1}, {1, 1}}));
  EXPECT_EQ(h.negative_counts, (std::vector<double>{1.5, 1.5}));
}

TEST(Compact, CountsWrapAround) {
  const NativeHistogram h = whole({{0, 2}}, {INT64_MAX, INT64_MAX});
  EXPECT_EQ(h.positive_deltas, (std::vector<int64_t>{INT64_MAX, INT64_MAX}));
}

TEST(Compact, LeavesWhatIsNoHistogramToItsJudge) {
  const NativeHistogram h = whole({{0, 1}, {-3, 1}}, {1, 0});
  EXPECT_EQ(h.positive_spans, (std::vector<BucketSpan>{{0, 1}, {-3, 1}}));
}

}  // namespace
}  // namespace pushpull::wire
