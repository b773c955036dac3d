// The measure window: what is intended inside it is what a run reports.
#pragma once

#include "harness/base/time.h"

namespace pushpull {

struct Window {
  Instant begin;
  Instant end;  // exclusive
  bool contains(Instant t) const { return begin <= t && t < end; }
};

}  // namespace pushpull
