// Which runs make up a scenario, in which order, and which of them need not be run because an
// earlier one is the same. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/run/estimate.h"
#include "harness/scenario/load.h"

namespace pushpull {

struct PlannedRun {
  size_t cell = 0;
  size_t variant = 0;  // of the cell's scenario
  int64_t repetition = 0;
  // Virtual: an earlier run of the plan whose scenario and variant are equal, as happens where an
  // axis does not concern a variant. Its figures are those of this run.
  std::optional<size_t> same_as;
  RunEstimate estimate;
};

// Repetition → cell → variant, so that on loopback a machine that slows down slows all of them.
std::vector<PlannedRun> plan_runs(const std::vector<Cell>& cells);

// Of the whole plan, `jobs` runs at a time in the virtual engine.
Duration estimated_wall(const std::vector<PlannedRun>& plan, Engine engine, int jobs);

}  // namespace pushpull
