#include "harness/remote_write/queue_stats.h"

#include <algorithm>
#include <numeric>

namespace pushpull {

void AttemptDurations::observe(Duration duration) {
  const auto* bucket = std::ranges::lower_bound(kBounds, duration.in_seconds());
  ++counts_[static_cast<size_t>(bucket - kBounds.begin())];
  sum_ += duration;
}

int64_t AttemptDurations::cumulative(size_t i) const {
  return std::accumulate(counts_.begin(), counts_.begin() + i + 1, int64_t{0});
}

}  // namespace pushpull
