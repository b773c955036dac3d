// The newest sample of every series of one server, and the rules by which samples enter. Two
// implementations: SliceHead for virtual time, SeriesHead for real bytes. Loop thread only.
#pragma once

#include <functional>

#include "harness/head/acceptance.h"
#include "harness/workload/record.h"

namespace pushpull {

class Head {
 public:
  // A part of a slice that shares one fate.
  using Judged = std::function<void(const Slice&, Fate)>;

  virtual ~Head() = default;
  // Judges every sample of the slice against what is stored, without storing. `judged` gets the
  // slice back in parts, in order of rank.
  virtual void examine(const Slice& slice, const TimeBounds& bounds,
                       const Judged& judged) const = 0;
  // The same, and stores what is accepted.
  virtual void append(const Slice& slice, const TimeBounds& bounds, const Judged& judged) = 0;
  // Of any series; kEmptyHead if there is none.
  virtual int64_t max_timestamp_ms() const = 0;
};

// Cuts a slice into runs of equal fate: fate_of(position) is asked once per sample, in order.
template <class FateOf>
void judge_each(const Slice& slice, const Head::Judged& judged, FateOf&& fate_of) {
  Slice part = slice.head(0);
  Fate part_fate = Fate::kStored;
  for (uint32_t i = 0; i < slice.count; ++i) {
    const Fate fate = fate_of(slice.position(i));
    if (part.count > 0 && fate != part_fate) {
      judged(part, part_fate);
      part = slice.tail(i).head(0);
    }
    part_fate = fate;
    ++part.count;
  }
  if (part.count > 0) judged(part, part_fate);
}

}  // namespace pushpull
