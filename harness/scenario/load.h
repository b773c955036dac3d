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
#include "harness/scenario/scenario.h"

namespace pushpull {

// Changes from the command line, applied in this order.
struct Overrides {
  std::string profile;                // a key of `profiles`; "" for none
  std::vector<std::string> settings;  // "path=value"
  std::string engine;                 // "" for the file's
  std::optional<int64_t> seed;
};

// `file_name` is what errors call the file. All profiles are checked, not only the chosen one, so
// that none of them rots.
Result<Scenario> load_scenario(std::string text, std::string file_name,
                               const Overrides& overrides = {});

// The scenario as the run sees it, every default explicit; reads back to the same scenario.
nlohmann::ordered_json expanded(const Scenario& scenario);

// XXH3-128 of the file's text, 32 hex digits: tells whether two results come from one file.
std::string scenario_hash(std::string_view text);

}  // namespace pushpull
