// A scenario as every command takes it: found, read, checked in all of its cells and profiles, with
// the calibrations that its virtual runs need.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/run/run_scenario.h"
#include "harness/scenario/load.h"

namespace pushpull {

struct LoadedScenario {
  std::string path;
  std::string text;
  std::vector<Cell> cells;  // at least one
  Calibrations calibrations;

  const Scenario& first() const { return cells.front().scenario; }
};

// `name` is a file, or that of a shipped scenario.
Result<LoadedScenario> load_named(const std::string& name, const Overrides& overrides);

// Keeps the cells that agree with every "axis=value" (the axis as cell ids name it, or its whole
// path), and the variants named. Error: one of them is not there, or nothing is left.
Status keep_only(const std::vector<std::string>& axis_values,
                 const std::vector<std::string>& variants, LoadedScenario& loaded);

}  // namespace pushpull
