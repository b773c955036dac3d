#include "harness/measure/staleness_raster.h"

#include <algorithm>
#include <string>

namespace pushpull {

namespace {

constexpr Duration kSecond = Duration::seconds(1);

// Whole seconds, so that every step sees as many samples as the next.
Duration step_of(Duration span) {
  const int64_t seconds = (span + kSecond - Duration::nanoseconds(1)) / kSecond;
  const int64_t step = (seconds + StalenessRaster::kMaxSteps - 1) / StalenessRaster::kMaxSteps;
  return kSecond * std::max<int64_t>(1, step);
}

}  // namespace

StalenessRaster::StalenessRaster(uint32_t targets, Window window, Instant begin)
    : ages_(begin, step_of(window.end - begin)), end_(window.end) {
  const uint32_t shown = std::min(targets, kMaxTargets);
  for (uint32_t i = 0; i < shown; ++i) {
    targets_.push_back(static_cast<uint32_t>(uint64_t{i} * targets / shown));
    ages_.column(std::to_string(targets_.back()));
  }
}

void StalenessRaster::sample(const StalenessBoard& board, Instant now) {
  if (now >= end_) return;
  for (size_t column = 0; column < targets_.size(); ++column) {
    if (const auto age = board.age(targets_[column], now)) {
      ages_.raise(column, now, age->in_seconds());
    }
  }
}

}  // namespace pushpull
