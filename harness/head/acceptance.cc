#include "harness/head/acceptance.h"

#include "harness/workload/special_values.h"

namespace pushpull {

TimeBounds time_bounds(int64_t head_max_ms, Instant now, bool limit_future) {
  return {head_max_ms == kEmptyHead ? INT64_MIN : head_max_ms - kAppendableRange.ms(),
          limit_future ? now.unix_ms() + kMaxTimeAhead.ms() : INT64_MAX};
}

Fate judge(const Newest* newest, int64_t timestamp_ms, double value, const TimeBounds& bounds) {
  if (timestamp_ms < bounds.min_ms || timestamp_ms > bounds.max_ms) return Fate::kOutOfBounds;
  if (newest == nullptr || timestamp_ms > newest->timestamp_ms) return Fate::kStored;
  if (timestamp_ms < newest->timestamp_ms) return Fate::kOutOfOrder;
  return same_value(value, newest->value) ? Fate::kDuplicate : Fate::kDuplicateTimestamp;
}

bool visible_at(int64_t now_ms, Duration lookback, int64_t timestamp_ms, bool stale) {
  return !stale && timestamp_ms <= now_ms && timestamp_ms >= now_ms - lookback.ms();
}

}  // namespace pushpull
