// Samples, histograms and exemplars are items of a queue alike, and counted apart.
#pragma once

#include <algorithm>
#include <cstdint>

#include "harness/workload/record.h"

namespace pushpull {

struct ItemCounts {
  int64_t samples = 0;
  int64_t histograms = 0;
  int64_t exemplars = 0;

  static ItemCounts of(RecordKind kind, int64_t count) {
    switch (kind) {
      case RecordKind::kHistograms:
        return {0, count, 0};
      case RecordKind::kExemplars:
        return {0, 0, count};
      case RecordKind::kFloats:
        break;
    }
    return {count, 0, 0};
  }

  int64_t total() const { return samples + histograms + exemplars; }
  bool operator==(const ItemCounts&) const = default;
  ItemCounts operator-() const { return {-samples, -histograms, -exemplars}; }
  ItemCounts& operator+=(const ItemCounts& other) {
    samples += other.samples;
    histograms += other.histograms;
    exemplars += other.exemplars;
    return *this;
  }
  // What is in both, and what is here beyond `other`: kind by kind.
  ItemCounts at_most(const ItemCounts& other) const {
    return {std::min(samples, other.samples), std::min(histograms, other.histograms),
            std::min(exemplars, other.exemplars)};
  }
  ItemCounts beyond(const ItemCounts& other) const {
    ItemCounts rest = *this;
    return rest += -at_most(other);
  }
};

}  // namespace pushpull
