// What waits in one shard: full batches in a bounded channel, and the partial batch being filled.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "harness/workload/record.h"

namespace pushpull {

// The samples of one request, in WAL order.
using Batch = std::vector<Slice>;

// Holds max(1, capacity / max_samples_per_send) full batches, as Prometheus does; `capacity` is not
// enforced otherwise. Loop thread only.
class ShardQueue {
 public:
  // Requires: both positive, within 32 bits.
  ShardQueue(int64_t capacity, int64_t max_samples_per_send);

  // How many samples can be appended before one is refused: the one that would complete a batch for
  // which the channel has no slot.
  int64_t room() const;
  // How many samples complete the partial batch; at least 1.
  uint32_t to_complete() const { return batch_size_ - partial_samples_; }
  // Requires: slice.count <= room(). Splits the slice where batches end.
  void append(Slice slice);

  bool has_full() const { return !full_.empty(); }
  bool empty() const { return full_.empty() && partial_.empty(); }
  // The oldest full batch, else the partial one, else nothing.
  Batch take();
  // Puts a partial batch into the channel as if it were full. False if there is no slot.
  bool flush();

 private:
  void take_in(Slice&& part);
  void complete();

  const size_t slots_;
  const uint32_t batch_size_;
  std::deque<Batch> full_;
  Batch partial_;
  uint32_t partial_samples_ = 0;  // < batch_size_
};

}  // namespace pushpull
