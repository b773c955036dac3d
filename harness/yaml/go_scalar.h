// One string as Go's yaml.v2 (2.4) writes it: bare, quoted or over several lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pushpull::yaml {

inline constexpr size_t kGoWidth = 80;  // columns, beyond which lines are broken
inline constexpr size_t kGoIndent = 2;

// Columns that valid UTF-8 takes.
size_t go_width(std::string_view text);

// `column` is where it begins; `indent` where its further lines do. Requires: valid UTF-8.
std::string go_scalar(std::string_view text, size_t column, size_t indent, bool in_flow);

}  // namespace pushpull::yaml
