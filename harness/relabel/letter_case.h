// Upper and lower case as Go's strings.ToUpper and ToLower have it: letter by letter, by Unicode's
// simple mappings. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace pushpull {

// Bytes that are not UTF-8 stay as they are.
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);

}  // namespace pushpull
