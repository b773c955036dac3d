#include "harness/head/histogram_rules.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

constexpr HistogramChecks kNewest;
constexpr HistogramChecks k35 = {.exact_counts = true, .known_schemas = false};
constexpr HistogramChecks k242 = {.exact_counts = false, .known_schemas = false};

// Buckets 2, 3 | 1 above zero, 4 below; 2 in the zero bucket.
NativeHistogram whole() {
  NativeHistogram h;
  h.count = uint64_t{12};
  h.zero_count = uint64_t{2};
  h.sum = 17.25;
  h.zero_threshold = 1e-128;
  h.positive_spans = {{-1, 2}, {3, 1}};
  h.positive_deltas = {2, 1, -2};
  h.negative_spans = {{0, 1}};
  h.negative_deltas = {4};
  return h;
}
NativeHistogram real() {
  NativeHistogram h = whole();
  h.count = 12.5;
  h.zero_count = 2.5;
  h.positive_counts = {2, 3, 1};
  h.negative_counts = {4};
  h.positive_deltas.clear();
  h.negative_deltas.clear();
  return h;
}
NativeHistogram custom() {
  NativeHistogram h;
  h.schema = NativeHistogram::kCustomBuckets;
  h.count = uint64_t{3};
  h.zero_count = uint64_t{0};
  h.custom_values = {0.5, 1};
  h.positive_spans = {{0, 3}};
  h.positive_deltas = {1, 0, 0};
  return h;
}

// The end of what is wrong once `damage` is done; "" where nothing is.
std::string defect(NativeHistogram h, const std::function<void(NativeHistogram&)>& damage,
                   const HistogramChecks& checks = kNewest) {
  damage(h);
  return histogram_defect(h, checks).value_or("");
}

TEST(HistogramDefect, NoneOfGoodOnes) {
  for (const NativeHistogram& h : {whole(), real(), custom(), NativeHistogram()}) {
    for (const HistogramChecks& checks : {kNewest, k35, k242}) {
      EXPECT_EQ(histogram_defect(h, checks), std::nullopt);
    }
  }
  EXPECT_EQ(histogram_defect(stale_histogram(real(), 1), kNewest), std::nullopt);
}

TEST(HistogramDefect, Counts) {
  EXPECT_EQ(defect(whole(), [](auto& h) { h.count = uint64_t{13}; }),
            "12 observations found in buckets, but the Count field is 13: histogram's observation "
            "count should equal the number of observations found in the buckets (in absence of "
            "NaN)");
  EXPECT_EQ(defect(
                whole(), [](auto& h) { h.count = uint64_t{13}; }, k242),
            "");
  const auto nan_seen = [](auto& h) { h.count = uint64_t{13}, h.sum = std::nan(""); };
  EXPECT_EQ(defect(whole(), nan_seen), "");
  EXPECT_NE(defect(
                whole(), [](auto& h) { h.count = uint64_t{9}; }, k242),
            "");
  EXPECT_EQ(defect(real(), [](auto& h) { h.count = 1.0; }), "") << "floats are not added up";
  EXPECT_NE(defect(real(), [](auto& h) { h.count = -1.0; }), "");
  EXPECT_EQ(defect(
                real(), [](auto& h) { h.count = -1.0; }, k35),
            "");
}

TEST(HistogramDefect, BucketsAndSpans) {
  EXPECT_EQ(
      defect(whole(), [](auto& h) { h.positive_deltas.pop_back(); }),
      "positive side: spans need 3 buckets, have 2 buckets: histogram spans specify different "
      "number of buckets than provided");
  EXPECT_EQ(defect(whole(), [](auto& h) { h.negative_deltas[0] = -4; }),
            "negative side: bucket number 1 has observation count of -4: histogram has a bucket "
            "whose observation count is negative");
  EXPECT_EQ(defect(whole(), [](auto& h) { h.positive_spans[1].offset = -3; }),
            "positive side: span number 2 with offset -3: histogram has a span whose offset is "
            "negative");
  EXPECT_NE(defect(real(), [](auto& h) { h.positive_counts[1] = -0.5; }), "");
  EXPECT_NE(defect(whole(), [](auto& h) { h.positive_spans[1].length = UINT32_MAX; }), "");
  EXPECT_NE(defect(whole(), [](auto& h) { h.custom_values = {1}; }), "");
}

TEST(HistogramDefect, SchemasAreJudgedSinceThreeSeven) {
  const auto too_fine = [](auto& h) { h.schema = 9; };
  EXPECT_NE(defect(whole(), too_fine).find("got schema 9"), std::string::npos);
  EXPECT_EQ(defect(whole(), too_fine, k35), "");
}

TEST(LimitSchema, MergesBucketsUpToSchemaEight) {
  // Of schema 10 four buckets make one: 1 … 4, 5 … 8. 1: 2, 2: 3 | 4: 1 | 9: 4.
  NativeHistogram h;
  h.schema = 10;
  h.count = uint64_t{10};
  h.positive_spans = {{1, 2}, {1, 1}, {4, 1}};
  h.positive_deltas = {2, 1, -2, 3};
  limit_schema(h);
  EXPECT_EQ(h.schema, 8);
  EXPECT_EQ(h.positive_spans, (std::vector<BucketSpan>{{1, 1}, {1, 1}}));
  EXPECT_EQ(h.positive_deltas, (std::vector<int64_t>{6, -2}));
  EXPECT_EQ(histogram_defect(h, kNewest), std::nullopt);
  for (const int32_t schema : {-53, -4, 8, 53}) {
    NativeHistogram other = custom();
    other.schema = schema;
    limit_schema(other);
    EXPECT_EQ(other.schema, schema);
  }
}

TEST(HistogramDefect, CustomBuckets) {
  EXPECT_NE(defect(custom(), [](auto& h) { h.custom_values = {1, 1}; }), "");
  EXPECT_NE(defect(custom(), [](auto& h) { h.custom_values = {1, std::nan("")}; }), "");
  EXPECT_NE(defect(custom(), [](auto& h) { h.custom_values = {1, INFINITY}; }), "");
  EXPECT_NE(defect(custom(), [](auto& h) { h.custom_values = {1}; }), "") << "too few";
  EXPECT_NE(defect(custom(), [](auto& h) { h.zero_threshold = 1; }), "");
  EXPECT_NE(defect(custom(), [](auto& h) { h.positive_spans[0].offset = -1; }), "");
  EXPECT_NE(defect(custom(), [](auto& h) { h.negative_spans = {{0, 0}}; }), "");
}

TEST(SameHistogram, LooksAtBitsAndNotAtEmptySpans) {
  EXPECT_TRUE(same_histogram(whole(), whole()));
  NativeHistogram other = whole();
  other.reset_hint = 3;
  other.positive_spans = {{-1, 1}, {0, 1}, {1, 0}, {2, 1}};
  EXPECT_TRUE(same_histogram(whole(), other)) << "the same buckets";
  other = whole();
  other.sum = std::nextafter(other.sum, 20);
  EXPECT_FALSE(same_histogram(whole(), other));
  EXPECT_FALSE(same_histogram(whole(), real()));
  EXPECT_TRUE(same_histogram(stale_histogram(real(), 1), stale_histogram(real(), 1)));
}

TEST(StoredForm, HasCountsOfOneKind) {
  NativeHistogram h;
  h.positive_counts = {1};
  h.start_timestamp_ms = 5;
  make_stored_form(h);
  EXPECT_EQ(h.count, NativeHistogram::Count(uint64_t{0}));
  EXPECT_EQ(h.zero_count, NativeHistogram::Count(uint64_t{0}));
  EXPECT_TRUE(h.positive_counts.empty());
  EXPECT_EQ(h.start_timestamp_ms, 0);
  h.count = 2.0;
  h.zero_count = uint64_t{7};
  make_stored_form(h);
  EXPECT_EQ(h.zero_count, NativeHistogram::Count(0.0));
  EXPECT_TRUE(is_stale_nan(stale_histogram(h, 1).sum));
  EXPECT_TRUE(stale_histogram(h, 1).is_float());
}

}  // namespace
}  // namespace pushpull
