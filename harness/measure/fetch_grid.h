// When a central fetched /federate of one leaf, and when it should have.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/base/time.h"

namespace pushpull {

enum class FetchOutcome : uint8_t { kOk, kFailed, kMissed };

struct Fetch {
  Instant intended;
  FetchOutcome outcome = FetchOutcome::kOk;
  bool operator==(const Fetch&) const = default;
};

// The attempts, plus a kMissed one at each place anchor + n*interval inside [begin, end) that has
// no attempt within half an interval. Ascending; `attempts` may come in any order. Requires:
// interval > 0.
std::vector<Fetch> complete_grid(std::vector<Fetch> attempts, Instant anchor, Duration interval,
                                 Instant begin, Instant end);

}  // namespace pushpull
