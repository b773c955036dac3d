// The head of the virtual engine: for each lineage of layouts, which record holds the newest sample
// of each position. Costs per slice, not per sample. Loop thread only.
//
// The last samples of series that the newest layout no longer has are remembered until the head
// would refuse any sample as old as they (an hour, by the time of the data). So an old layout lives
// that long at most.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "harness/head/head.h"
#include "harness/measure/position_set.h"

namespace pushpull {

class SliceHead : public Head {
 public:
  SliceHead() = default;
  SliceHead(const SliceHead&) = delete;  // places_ point into it
  SliceHead& operator=(const SliceHead&) = delete;

  // Requires: one timestamp per record.
  void examine(const Slice& slice, const TimeBounds& bounds, const Judged& judged) const override;
  void append(const Slice& slice, const TimeBounds& bounds, const Judged& judged) override;
  int64_t max_timestamp_ms() const override { return max_timestamp_ms_; }

  // The newest sample of each series of `layout` that is visible at `now_ms`, as slices. Requires:
  // it is the newest layout of its lineage that has stored a sample.
  std::vector<Slice> newest(const Layout& layout, int64_t now_ms, Duration lookback) const;

  // Lineages that ever stored a sample, in order of first arrival.
  const std::vector<const Layout*>& lineages() const { return order_; }
  // Entries that are there for series which were replaced.
  size_t ended_entries(const Layout& lineage) const;

 private:
  struct Entry {
    int64_t timestamp_ms;  // of the record, which is then seldom looked at
    RecordPtr record;
    PositionSet positions;  // that the record brought
  };
  // Entries by timestamp, newest first. A position may still be set in older ones; the first that
  // has it counts.
  using Entries = std::vector<Entry>;
  static constexpr size_t kPruneAt = 8;  // entries of one lineage
  static constexpr size_t kFewest = 16;  // places
  struct Lineage {
    std::shared_ptr<const Layout> newest;  // layout
    Entries entries;                       // positions are those of series of `newest`
    Entries ended;  // of series that `newest` has not, by the layouts of the records; no order
  };

  struct Place {
    const Layout* root = nullptr;  // the first layout; null: free
    Lineage* lineage = nullptr;
  };

  Lineage* find(const Layout& layout) const;
  size_t place_of(const Layout* root) const;
  Lineage& make(const Layout& layout);
  static bool mixed(const Lineage* lineage, const Slice& slice);
  static const Entry* newest_with(const Lineage& lineage, const Layout& layout, uint32_t position);
  static Fate fate_of(const Lineage& lineage, const Record& record, uint32_t position,
                      const TimeBounds& bounds);
  void store(Lineage* known, const Slice& slice);
  void store_old(Lineage& lineage, const Slice& slice) const;
  void succeed(Lineage& lineage, const std::shared_ptr<const Layout>& newer) const;
  void forget_ended(Lineage& lineage) const;
  static Entries::iterator entry_for(Entries& entries, const RecordPtr& record);
  static void prune(Entries& entries);

  // By the first layout: a power of two of places, at most half of them taken, each at its hash or
  // behind it. Every slice looks here, and among thousands of targets none is in the processor's
  // cache: one line, not a chain of nodes.
  std::vector<Place> places_ = std::vector<Place>(kFewest);
  std::deque<Lineage> lineages_;  // never erased
  std::vector<const Layout*> order_;
  int64_t max_timestamp_ms_ = kEmptyHead;
};

}  // namespace pushpull
