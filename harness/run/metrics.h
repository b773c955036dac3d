// The figures of one run, by name. Names, units and directions are stable: they stand in
// result.json, and reports and comparisons look them up. A new metric is one more line in
// metrics.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/run/run_outcome.h"

namespace pushpull {

// Which way is better, for comparisons.
enum class Better { kNone, kLower, kHigher };

struct Metric {
  std::string name;
  std::string unit;
  MetricKind kind;
  Better better;
  std::optional<double> value;  // nothing: infinite (a lag of samples that never arrived)
};

// What the run cannot observe is not among them. Counts are of the measure window; wire bytes,
// requests and CPU of the whole run, warm-up and drain included.
std::vector<Metric> metrics_of(const RunOutcome& outcome);

}  // namespace pushpull
