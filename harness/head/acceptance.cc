#include "harness/head/acceptance.h"

#include "harness/head/histogram_rules.h"

namespace pushpull {

TimeBounds time_bounds(int64_t head_max_ms, Instant now, bool limit_future) {
  return {head_max_ms == kEmptyHead ? INT64_MIN : head_max_ms - kAppendableRange.ms(),
          limit_future ? now.unix_ms() + kMaxTimeAhead.ms() : INT64_MAX};
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
