// The `result` object of result.json: see reports/README.md for the format. Equal outcomes give
// equal bytes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "harness/run/run_outcome.h"
#include "harness/scenario/scenario.h"

namespace pushpull {

// Which run it is.
struct RunIdentity {
  std::string cell = "default";
  std::string variant;
  bool push = true;
  int64_t repetition = 0;
  std::string leaf_system;
  std::string central_system;
};

nlohmann::ordered_json run_json(const RunIdentity& identity, const RunOutcome& outcome);

// Everything about the scenario; `runs` is an array of run_json(), `faults` the spans of the first
// run.
nlohmann::ordered_json result_json(const Scenario& scenario, const std::vector<FaultSpan>& faults,
                                   Instant measure_begin, nlohmann::ordered_json runs);

}  // namespace pushpull
