// Which targets the central knows nothing new of, and when: the age of the newest visible sample of
// at most 64 targets over time, in at most 600 steps. Small enough to be kept for every run.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/measure/staleness.h"
#include "harness/measure/time_series.h"
#include "harness/measure/window.h"

namespace pushpull {

class StalenessRaster {
 public:
  static constexpr uint32_t kMaxTargets = 64;
  static constexpr int64_t kMaxSteps = 600;

  // Of targets 0 … targets-1, evenly chosen. Covers `begin` to the end of the window: afterwards
  // nothing is scraped, and age says nothing.
  StalenessRaster(uint32_t targets, Window window, Instant begin);

  // Once per second, ascending. A step keeps the largest age seen in it: no gap is too short.
  void sample(const StalenessBoard& board, Instant now);

  const std::vector<uint32_t>& targets() const { return targets_; }
  // A column per target, in that order: seconds; NaN before its first scrape.
  const TimeSeries& ages() const { return ages_; }

 private:
  std::vector<uint32_t> targets_;
  TimeSeries ages_;
  Instant end_;
};

}  // namespace pushpull
