// What a server commits to its storage, as the resharding of all its senders sees it.
#pragma once

#include <cstdint>

#include "harness/loop/ticker.h"
#include "harness/remote_write/ewma_rate.h"
#include "harness/remote_write/item_counts.h"
#include "harness/workload/record.h"

namespace pushpull {

struct IncomingRate {
  double samples_per_second = 0;
  int64_t highest_timestamp_ms = 0;  // 0 before the first sample
};

// Every series counts, before any relabelling. Loop thread only.
class IncomingSamples {
 public:
  // Its rate ticks from now on. Where senders begin at the same time, made before them, so that
  // their ticks find the rate of the same ten seconds.
  explicit IncomingSamples(EventLoop& loop)
      : ticker_(loop, kShardUpdateInterval, [this] { rate_.tick(); }) {}

  // Requires: slice.count > 0.
  void committed(const Slice& slice);

  IncomingRate rate() const { return {rate_.per_second(), highest_timestamp_ms_}; }
  const ItemCounts& total() const { return total_; }

 private:
  EwmaRate rate_;
  ItemCounts total_;
  int64_t highest_timestamp_ms_ = 0;
  Ticker ticker_;
};

}  // namespace pushpull
