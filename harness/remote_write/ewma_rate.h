// A rate per second, smoothed over ticks: Prometheus's exponentially weighted moving average.
#pragma once

#include <cstdint>

#include "harness/base/time.h"

namespace pushpull {

// How often rates move and the number of shards is reconsidered.
inline constexpr Duration kShardUpdateInterval = Duration::seconds(10);

// The first tick with events sets the rate; each later one moves it a fifth of the way to what was
// counted since the tick before.
class EwmaRate {
 public:
  void add(int64_t events) { new_events_ += events; }
  // Requires: called every kShardUpdateInterval.
  void tick();
  double per_second() const { return rate_; }

 private:
  int64_t new_events_ = 0;
  double rate_ = 0;
  bool begun_ = false;
};

}  // namespace pushpull
