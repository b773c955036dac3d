// How result.json is laid out: indented for people, but a row of values stays on one line, which is
// a third of the size of a value a line.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace pushpull {

// Ends with a line break.
std::string result_text(const nlohmann::ordered_json& document);

}  // namespace pushpull
