#include "harness/remote_write/incoming_samples.h"

#include <algorithm>

namespace pushpull {

void IncomingSamples::committed(const Slice& slice) {
  rate_.add(slice.count);
  const RecordKind kind = slice.record->kind();
  total_ += ItemCounts::of(kind, slice.count);
  if (kind == RecordKind::kExemplars) return;  // as Prometheus looks at samples only
  highest_timestamp_ms_ = std::max(highest_timestamp_ms_, slice.newest_timestamp_ms());
}

}  // namespace pushpull
