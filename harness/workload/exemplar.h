// An exemplar: one observation behind a sample, with labels of its own (a trace id).
#pragma once

#include <cstdint>

#include "harness/workload/labels.h"

namespace pushpull {

struct Exemplar {
  Labels labels;
  double value = 0;  // bit-exact
  int64_t timestamp_ms = 0;
  // False where the exposition gave no time and the scrape's was taken. No property of what is
  // sent: equality does not look at it.
  bool dated = true;

  bool operator==(const Exemplar& other) const {
    return labels == other.labels && value == other.value && timestamp_ms == other.timestamp_ms;
  }
};

}  // namespace pushpull
