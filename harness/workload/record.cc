#include "harness/workload/record.h"

#include <algorithm>

#include "harness/base/check.h"
#include "harness/workload/special_values.h"
#include "harness/workload/target.h"

namespace pushpull {

double Record::value(uint32_t position) const {
  if (!values.empty()) return values[position];
  if (stale_markers) return stale_nan();
  CHECK(layout->target() != nullptr) << "a record without values needs a generator";
  return layout->target()->value(position, ordinal);
}

Slice Slice::whole(RecordPtr record) {
  const ShardPositions* positions = &record->layout->in_order();
  const uint32_t count = record->size();
  return {std::move(record), positions, 0, count};
}

int64_t Slice::newest_timestamp_ms() const {
  if (record->timestamps.empty()) return record->timestamp_ms;
  int64_t newest = record->timestamp(position(0));
  for (uint32_t i = 1; i < count; ++i) newest = std::max(newest, record->timestamp(position(i)));
  return newest;
}

uint64_t sample_count(const std::vector<Slice>& slices) {
  uint64_t n = 0;
  for (const Slice& slice : slices) n += slice.count;
  return n;
}

}  // namespace pushpull
