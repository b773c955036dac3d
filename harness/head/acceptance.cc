#include "harness/head/acceptance.h"

#include "harness/head/histogram_rules.h"
#include "harness/workload/special_values.h"

namespace pushpull {

TimeBounds time_bounds(int64_t head_max_ms, Instant now, bool limit_future) {
  return {head_max_ms == kEmptyHead ? INT64_MIN : head_max_ms - kAppendableRange.ms(),
          limit_future ? now.unix_ms() + kMaxTimeAhead.ms() : INT64_MAX};
}

namespace {

// `same` is asked where the timestamp is the newest sample's.
template <class Same>
Fate judge_by_time(const Newest* newest, int64_t timestamp_ms, const TimeBounds& bounds,
                   Same&& same) {
  if (timestamp_ms < bounds.min_ms || timestamp_ms > bounds.max_ms) return Fate::kOutOfBounds;
  if (newest == nullptr || timestamp_ms > newest->timestamp_ms) return Fate::kStored;
  if (timestamp_ms < newest->timestamp_ms) return Fate::kOutOfOrder;
  return same() ? Fate::kDuplicate : Fate::kDuplicateTimestamp;
}

}  // namespace

Fate judge(const Newest* newest, int64_t timestamp_ms, double value, const TimeBounds& bounds) {
  return judge_by_time(newest, timestamp_ms, bounds,
                       [&] { return same_value(value, newest->value); });
}

Fate judge(const Newest* newest, const NativeHistogram* newest_histogram,
           const NativeHistogram& histogram, const TimeBounds& bounds) {
  return judge_by_time(newest, histogram.timestamp_ms, bounds, [&] {
    return newest_histogram != nullptr && same_histogram(*newest_histogram, histogram);
  });
}

bool visible_at(int64_t now_ms, Duration lookback, int64_t timestamp_ms, bool stale) {
  return !stale && timestamp_ms <= now_ms && timestamp_ms >= now_ms - lookback.ms();
}

}  // namespace pushpull
