// Which samples of a slice are older than some point in time: what sample_age_limit and the start
// of a queue go by. Pure.
#pragma once

#include <cstdint>

#include "harness/base/time.h"
#include "harness/workload/record.h"

namespace pushpull {

// The first timestamp that a limit allows at `now`: Prometheus drops what lies before now - limit.
int64_t oldest_allowed_ms(Instant now, Duration limit);

// Samples at the start of a slice that are all older than a timestamp, or all not. Costs a look at
// each sample only where the exposition carried timestamps.
struct AgeRun {
  uint32_t count = 0;
  bool older = false;
};
// Requires: slice.count > 0.
AgeRun leading_age_run(const Slice& slice, int64_t timestamp_ms);

// Requires: slice.count > 0.
int64_t oldest_timestamp_ms(const Slice& slice);

}  // namespace pushpull
