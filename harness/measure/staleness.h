// Reader staleness: how old the newest visible sample of a series is, as an alert at the central
// sees it. Kept per target: a scrape counts from its first visible sample on, so for a target whose
// scrape arrives in parts this is a lower bound.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/time.h"
#include "harness/measure/histogram.h"

namespace pushpull {

class StalenessBoard {
 public:
  explicit StalenessBoard(uint32_t targets) : targets_(targets) {}

  void scraped(uint32_t target, uint32_t series, Instant intended);
  void visible(uint32_t target, Instant intended);

  // now − intended time of the newest visible sample of a target, or, while nothing is visible, of
  // the first scraped one; none if it is not scraped by then.
  std::optional<Duration> age(uint32_t target, Instant now) const;

  // The same of all targets, each weighing as many as its series. Valid until the next call.
  const Histogram& ages(Instant now);

 private:
  struct Target {
    uint32_t series = 0;
    std::optional<Instant> first_scraped;
    std::optional<Instant> newest_visible;

    std::optional<Duration> age(Instant now) const {
      if (!first_scraped || *first_scraped > now) return std::nullopt;
      return now - newest_visible.value_or(*first_scraped);
    }
  };
  std::vector<Target> targets_;
  Histogram ages_;
};

}  // namespace pushpull
