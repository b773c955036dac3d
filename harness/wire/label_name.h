// Which names labels and metrics may have. Pure.
#pragma once

#include <string_view>

namespace pushpull::wire {

// kLegacy: [a-zA-Z_][a-zA-Z0-9_]*, in metric names ':' too. kUtf8 (since 3.0): any UTF-8.
enum class NameScheme { kLegacy, kUtf8 };

bool valid_label_name(std::string_view name, NameScheme scheme);
bool valid_metric_name(std::string_view name, NameScheme scheme);

}  // namespace pushpull::wire
