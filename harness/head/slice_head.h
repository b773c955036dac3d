// The head of the virtual engine: for each layout, which record holds the newest sample of each
// position. Costs per slice, not per sample. Loop thread only.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "harness/head/head.h"
#include "harness/measure/position_set.h"

namespace pushpull {

class SliceHead : public Head {
 public:
  // Requires: one timestamp per record.
  void examine(const Slice& slice, const TimeBounds& bounds, const Judged& judged) const override;
  void append(const Slice& slice, const TimeBounds& bounds, const Judged& judged) override;
  int64_t max_timestamp_ms() const override { return max_timestamp_ms_; }

  // The newest sample of each series of `layout` that is visible at `now_ms`, as slices.
  std::vector<Slice> newest(const Layout& layout, int64_t now_ms, Duration lookback) const;

  // Layouts that ever stored a sample, in order of first arrival.
  const std::vector<const Layout*>& layouts() const { return order_; }

 private:
  struct Entry {
    int64_t timestamp_ms;  // of the record, which is then seldom looked at
    RecordPtr record;
    PositionSet positions;  // that the record brought
  };
  // Entries by timestamp, newest first. A position may still be set in older ones; the first that
  // has it counts.
  using Entries = std::vector<Entry>;
  static constexpr size_t kPruneAt = 8;  // entries of one layout

  static bool mixed(const Entries& entries, const Slice& slice);
  static void examine_in(const Entries* entries, const Slice& slice, const TimeBounds& bounds,
                         const Judged& judged);
  static const Entry* newest_with(const Entries& entries, uint32_t position);
  static Fate fate_of(const Entries& entries, const Record& record, uint32_t position,
                      const TimeBounds& bounds);
  void store_in(Entries& entries, const Slice& slice);
  static void prune(Entries& entries);

  std::unordered_map<const Layout*, Entries> by_layout_;
  std::vector<const Layout*> order_;
  int64_t max_timestamp_ms_ = kEmptyHead;
};

}  // namespace pushpull
