// JSON Schema of scenario files, from the tables that parse them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace pushpull {

nlohmann::ordered_json scenario_schema();

// As scenarios/schema/scenario.schema.json holds it: `pushpull schema` prints it.
std::string scenario_schema_text();

}  // namespace pushpull
