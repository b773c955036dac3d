// The `result` object of result.json: see reports/README.md for the format. Equal outcomes give
// equal bytes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/run/run_outcome.h"
#include "harness/scenario/axis_value.h"
#include "harness/scenario/scenario.h"

namespace pushpull {

// Which run it is.
struct RunIdentity {
  std::string cell = "default";
  std::vector<AxisValue> axes;
  std::string variant;
  bool push = true;
  int64_t repetition = 0;
  std::string leaf_system;
  std::string central_system;
};

nlohmann::ordered_json run_json(const RunIdentity& identity, const Scenario& scenario,
                                const RunOutcome& outcome);

// Makes a run_json() that of another cell.
void set_cell(nlohmann::ordered_json& run, const std::string& cell,
              const std::vector<AxisValue>& axes);

// Everything about the scenario, which is that of the first cell; `runs` is an array of run_json().
nlohmann::ordered_json result_json(const Scenario& scenario, nlohmann::ordered_json runs);

}  // namespace pushpull
