// Names of scenarios, variants, links and faults: they become folders, labels and JSON keys.
#pragma once

#include <string>
#include <string_view>

#include "harness/yaml/fields.h"

namespace pushpull {

// [a-z0-9_-]+, at most 64 characters.
bool is_name(std::string_view text);

// Reports a bad name at `path` of the struct being bound.
void check_name(yaml::Fields& fields, const std::string& path, std::string_view name);

}  // namespace pushpull
