#include "harness/head/series_head.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

constexpr TimeBounds kAny = {INT64_MIN, INT64_MAX};

struct Sample {
  uint64_t ref;
  int64_t timestamp_ms;
  double value;
};

// One request: each sample with its own timestamp, as a decoded write request has them.
Slice request(const std::vector<Sample>& samples) {
  auto record = std::make_shared<Record>();
  std::vector<uint64_t> refs;
  for (const Sample& s : samples) {
    refs.push_back(s.ref);
    record->timestamps.push_back(s.timestamp_ms);
    record->values.push_back(s.value);
  }
  record->layout = std::make_shared<Layout>(refs);
  return Slice::whole(record);
}

class SeriesHeadTest : public testing::Test {
 protected:
  std::vector<Fate> append(const std::vector<Sample>& samples) {
    std::vector<Fate> fates;
    head_.append(request(samples), kAny,
                 [&](const Slice& s, Fate f) { fates.insert(fates.end(), s.count, f); });
    return fates;
  }
  SeriesHead head_;
};

using Fates = std::vector<Fate>;

TEST_F(SeriesHeadTest, KeepsTheNewestSampleOfEachSeries) {
  EXPECT_EQ(head_.find(3), nullptr);
  EXPECT_EQ(append({{3, 1000, 1.5}, {1, 2000, 7}}), (Fates{Fate::kStored, Fate::kStored}));
  EXPECT_EQ(append({{3, 1000, 1.5}}), Fates{Fate::kDuplicate});
  EXPECT_EQ(append({{3, 900, 1.5}}), Fates{Fate::kOutOfOrder});
  EXPECT_EQ(head_.find(3)->value, 1.5);
  EXPECT_EQ(head_.find(2), nullptr);
  EXPECT_EQ(head_.max_timestamp_ms(), 2000);
}

TEST_F(SeriesHeadTest, ARequestMayHoldSeveralSamplesOfASeries) {
  EXPECT_EQ(append({{1, 1000, 1}, {1, 2000, 2}, {1, 1500, 3}}),
            (Fates{Fate::kStored, Fate::kStored, Fate::kOutOfOrder}));
}

TEST_F(SeriesHeadTest, ExamineComparesWithWhatIsCommittedAndStoresNothing) {
  // The receiver's first pass: order inside one request is not looked at (Prometheus checks against
  // the committed head).
  Fates fates;
  head_.examine(request({{1, 2000, 2}, {1, 1500, 3}}), kAny,
                [&](const Slice& s, Fate f) { fates.insert(fates.end(), s.count, f); });
  EXPECT_EQ(fates, (Fates{Fate::kStored, Fate::kStored}));
  EXPECT_EQ(head_.find(1), nullptr);
}

TEST_F(SeriesHeadTest, RestoreSetsTheStateAsItWas) {
  head_.restore(2, {5000, 1});
  EXPECT_EQ(append({{2, 5000, 1}}), Fates{Fate::kDuplicate});
  EXPECT_EQ(head_.max_timestamp_ms(), 5000);
}

TEST_F(SeriesHeadTest, WhatIsForgottenIsNewAgain) {
  append({{1, 1000, 5}, {2, 1000, 6}});
  head_.forget(1);
  EXPECT_EQ(head_.find(1), nullptr);
  EXPECT_EQ(head_.find(2)->value, 6);
  EXPECT_EQ(head_.max_timestamp_ms(), 1000);
  EXPECT_EQ(append({{1, 900, 4}, {2, 900, 4}}), (Fates{Fate::kStored, Fate::kOutOfOrder}));
}

NativeHistogram histogram(int64_t timestamp_ms, double sum) {
  NativeHistogram h;
  h.count = h.zero_count = uint64_t{1};
  h.sum = sum;
  h.timestamp_ms = timestamp_ms;
  return h;
}

class SeriesHeadHistogramTest : public SeriesHeadTest {
 protected:
  // Of series 3.
  Fate append_histogram(NativeHistogram h) {
    auto layout = std::make_shared<Layout>(std::vector<uint64_t>{3});
    const Slice slice = Slice::whole(
        std::make_shared<Record>(Record::of_histograms(std::move(layout), {std::move(h)})));
    Fate told = Fate::kStored;
    head_.append(slice, kAny, [&](const Slice&, Fate fate) { told = fate; });
    return told;
  }
};

TEST_F(SeriesHeadHistogramTest, TheSameRulesAsForFloats) {
  EXPECT_EQ(append_histogram(histogram(1000, 1)), Fate::kStored);
  EXPECT_EQ(append_histogram(histogram(1000, 1)), Fate::kDuplicate);
  EXPECT_EQ(append_histogram(histogram(1000, 2)), Fate::kDuplicateTimestamp);
  EXPECT_EQ(append_histogram(histogram(999, 2)), Fate::kOutOfOrder);
  EXPECT_EQ(append_histogram(histogram(1001, 2)), Fate::kStored);
  ASSERT_NE(head_.find_histogram(3), nullptr);
  EXPECT_EQ(head_.find_histogram(3)->sum, 2);
  EXPECT_EQ(head_.find(3)->timestamp_ms, 1001);
  EXPECT_EQ(head_.max_timestamp_ms(), 1001);
}

TEST_F(SeriesHeadHistogramTest, FloatsAndHistogramsFollowEachOther) {
  EXPECT_EQ(append({{3, 1000, 1}}), Fates{Fate::kStored});
  EXPECT_EQ(append_histogram(histogram(1000, 1)), Fate::kDuplicateTimestamp);
  EXPECT_EQ(append_histogram(histogram(2000, 1)), Fate::kStored);
  EXPECT_EQ(append({{3, 2000, 1}}), Fates{Fate::kDuplicateTimestamp});
  EXPECT_EQ(append({{3, 3000, 1}}), Fates{Fate::kStored});
  EXPECT_EQ(head_.find_histogram(3), nullptr);
  EXPECT_EQ(append_histogram(histogram(2000, 1)), Fate::kOutOfOrder);
}

// A hostile float may have the bits that stand for a histogram: it stays a float.
TEST_F(SeriesHeadHistogramTest, NoFloatIsTakenForAHistogram) {
  append_histogram(histogram(1000, 1));
  const double mark = head_.find(3)->value;
  EXPECT_EQ(append({{3, 2000, mark}, {4, 2000, mark}}), (Fates{Fate::kStored, Fate::kStored}));
  EXPECT_EQ(head_.find_histogram(3), nullptr);
  EXPECT_EQ(head_.find_histogram(4), nullptr);
}

TEST_F(SeriesHeadHistogramTest, ForgottenSeriesAreGone) {
  append_histogram(histogram(1000, 1));
  head_.forget(3);
  EXPECT_EQ(head_.find(3), nullptr);
  EXPECT_FALSE(head_.has_histograms());
}

}  // namespace
}  // namespace pushpull
