#include "harness/workload/record.h"

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

uint64_t sample_count(const std::vector<Slice>& slices) {
  uint64_t n = 0;
  for (const Slice& slice : slices) n += slice.count;
  return n;
}

}  // namespace pushpull
