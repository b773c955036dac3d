// From a scenario file to a checked Scenario. Every mistake is reported at once; `validate` and
// `run` both come through here.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/scenario/axis_value.h"
#include "harness/scenario/scenario.h"

namespace pushpull {

// Changes from the command line, applied in this order.
struct Overrides {
  std::string profile;                // a key of `profiles`; "" for none
  std::vector<std::string> settings;  // "path=value"
  std::string engine;                 // "" for the file's
  std::optional<int64_t> seed;
};

// A point of the scenario's matrix, and the scenario as it is there.
struct Cell {
  std::string id;  // "series=10k,link=wan"; "default" where there is no matrix
  std::vector<AxisValue> axes;
  Scenario scenario;
};

// The cells in declared order, at least one. `file_name` is what errors call the file. All profiles
// are checked, not only the chosen one, so that none of them rots.
Result<std::vector<Cell>> load_cells(std::string text, std::string file_name,
                                     const Overrides& overrides = {});

// The names of the file's profiles, in its order; none where it cannot be read.
std::vector<std::string> profile_names(const std::string& text);

// As load_cells(), the first cell: all there is where there is no matrix.
Result<Scenario> load_scenario(std::string text, std::string file_name,
                               const Overrides& overrides = {});

// The scenario as the run sees it, every default explicit; reads back to the same scenario.
nlohmann::ordered_json expanded(const Scenario& scenario);

// XXH3-128 of the file's text, 32 hex digits: tells whether two results come from one file.
std::string scenario_hash(std::string_view text);

}  // namespace pushpull
