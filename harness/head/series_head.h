// The head of a server over real bytes: the newest sample of each series ref.
#pragma once

#include <cstdint>

#include "harness/head/head.h"
#include "harness/workload/ref_table.h"

namespace pushpull {

class SeriesHead : public Head {
 public:
  // Requires: refs of the layouts are those of one SeriesRegistry (1, 2, …).
  void examine(const Slice& slice, const TimeBounds& bounds, const Judged& judged) const override;
  void append(const Slice& slice, const TimeBounds& bounds, const Judged& judged) override;
  int64_t max_timestamp_ms() const override { return max_timestamp_ms_; }

  // Null if the series has no sample.
  const Newest* find(uint64_t ref) const { return newest_.find(ref); }
  // Puts back what a saved head held; no questions asked.
  void restore(uint64_t ref, const Newest& newest);
  // The series has no sample any more.
  void forget(uint64_t ref) { newest_.erase(ref); }

 private:
  RefTable<Newest> newest_;
  int64_t max_timestamp_ms_ = kEmptyHead;
};

}  // namespace pushpull
