// What a run will take, before it is started: for `expand` and `validate`, for progress, and so
// that no more runs start at once than fit into memory. Time is about right, memory rounded up.
// Pure.
#pragma once

#include <cstdint>

#include "harness/base/time.h"
#include "harness/scenario/scenario.h"

namespace pushpull {

struct RunEstimate {
  Duration wall;
  int64_t memory_bytes = 0;  // of this process: virtual runs only
};

RunEstimate estimate_run(const Scenario& scenario, const Variant& variant);

}  // namespace pushpull
