// The head of a server over real bytes: the newest sample, float or histogram, of each series ref.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "harness/head/head.h"
#include "harness/workload/ref_table.h"

namespace pushpull {

class SeriesHead : public Head {
 public:
  // Requires: refs of the layouts are those of one SeriesRegistry (1, 2, …); records of floats or
  // of histograms that have passed histogram_defect().
  void examine(const Slice& slice, const TimeBounds& bounds, const Judged& judged) const override;
  void append(const Slice& slice, const TimeBounds& bounds, const Judged& judged) override;
  int64_t max_timestamp_ms() const override { return max_timestamp_ms_; }

  // Null if the series has no sample. Where the newest is a histogram the value means nothing.
  const Newest* find(uint64_t ref) const { return newest_.find(ref); }
  // Null unless the newest sample of the series is a histogram.
  const NativeHistogram* find_histogram(uint64_t ref) const;
  bool has_histograms() const { return !histograms_.empty(); }
  // Puts back what a saved head held; no questions asked.
  void restore(uint64_t ref, const Newest& newest);
  void restore(uint64_t ref, std::shared_ptr<const NativeHistogram> newest);
  // The series has no sample any more.
  void forget(uint64_t ref);

 private:
  // Stands for the value of a series whose newest sample is a histogram, so that a float at the
  // same timestamp is another value without anybody asking. A NaN that nobody computes.
  static constexpr double kHistogramValue = std::bit_cast<double>(uint64_t{0x7ff4'6869'7374'6f67});

  void append_histograms(const Slice& slice, const TimeBounds& bounds, const Judged& judged);
  Fate judge_histogram(const Record& record, uint32_t position, const TimeBounds& bounds) const;

  RefTable<Newest> newest_;
  // By ref. Entries of series that went on as floats stay until somebody looks.
  std::unordered_map<uint64_t, std::shared_ptr<const NativeHistogram>> histograms_;
  int64_t max_timestamp_ms_ = kEmptyHead;
};

}  // namespace pushpull
