#include "harness/measure/staleness.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {

void StalenessBoard::scraped(uint32_t target, uint32_t series, Instant intended) {
  CHECK(target < targets_.size());
  Target& t = targets_[target];
  t.series = series;
  t.first_scraped = std::min(t.first_scraped.value_or(intended), intended);
}

void StalenessBoard::visible(uint32_t target, Instant intended) {
  CHECK(target < targets_.size());
  Target& t = targets_[target];
  t.newest_visible = std::max(t.newest_visible.value_or(intended), intended);
}

std::optional<Duration> StalenessBoard::age(uint32_t target, Instant now) const {
  CHECK(target < targets_.size());
  return targets_[target].age(now);
}

const Histogram& StalenessBoard::ages(Instant now) {
  ages_.clear();
  for (const Target& target : targets_) {
    if (const auto age = target.age(now)) ages_.record(*age, target.series);
  }
  return ages_;
}

}  // namespace pushpull
