#include "harness/remote_write/incoming_samples.h"

#include <algorithm>

namespace pushpull {

void IncomingSamples::committed(const Slice& slice) {
  rate_.add(slice.count);
  total_ += slice.count;
  highest_timestamp_ms_ = std::max(highest_timestamp_ms_, slice.newest_timestamp_ms());
}

}  // namespace pushpull
