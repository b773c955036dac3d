// Which samples a head takes: Prometheus's TSDB rules for the in-order path
// (out_of_order_time_window = 0), as tsdb/head_append.go has them in 2.42 and 3.x. Pure functions,
// shared by both heads.
#pragma once

#include <cstdint>

#include "harness/base/time.h"
#include "harness/measure/observer.h"
#include "harness/workload/native_histogram.h"
#include "harness/workload/special_values.h"

namespace pushpull {

// The newest sample of a series.
struct Newest {
  int64_t timestamp_ms;
  double value;
};

// The time range one appender accepts, fixed when the append begins. Unix milliseconds, both ends
// included.
struct TimeBounds {
  int64_t min_ms;
  int64_t max_ms;
};

// Half of the 2 h chunk range: samples older than head max time − 1 h are out of bounds.
inline constexpr Duration kAppendableRange = Duration::hours(1);
// Scrapes (all releases) and the 3.x receiver refuse samples further in the future.
inline constexpr Duration kMaxTimeAhead = Duration::minutes(10);

// `head_max_ms` is the newest timestamp of any series in the head (kEmptyHead if none).
// `limit_future` is false for the receiver of releases before 2.54.
inline constexpr int64_t kEmptyHead = INT64_MIN;
TimeBounds time_bounds(int64_t head_max_ms, Instant now, bool limit_future);

// `same` is asked where the timestamp is the newest sample's.
template <class Same>
Fate judge_by_time(const Newest* newest, int64_t timestamp_ms, const TimeBounds& bounds,
                   Same&& same) {
  if (timestamp_ms < bounds.min_ms || timestamp_ms > bounds.max_ms) return Fate::kOutOfBounds;
  if (newest == nullptr || timestamp_ms > newest->timestamp_ms) return Fate::kStored;
  if (timestamp_ms < newest->timestamp_ms) return Fate::kOutOfOrder;
  return same() ? Fate::kDuplicate : Fate::kDuplicateTimestamp;
}

// `newest` is null for a new series. Equal means the same bits.
inline Fate judge(const Newest* newest, int64_t timestamp_ms, double value,
                  const TimeBounds& bounds) {
  return judge_by_time(newest, timestamp_ms, bounds,
                       [&] { return same_value(value, newest->value); });
}

// The same for a native histogram. `newest_histogram` is null where the newest sample of the series
// is a float: at its timestamp nothing else is taken.
Fate judge(const Newest* newest, const NativeHistogram* newest_histogram,
           const NativeHistogram& histogram, const TimeBounds& bounds);

// Whether a query or /federate at `now_ms` sees a series whose newest sample is this one: within
// the look-back window (both ends included), not from the future, not a stale marker.
bool visible_at(int64_t now_ms, Duration lookback, int64_t timestamp_ms, bool stale);

}  // namespace pushpull
