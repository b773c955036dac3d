// Values and timestamps of the text format, read as Prometheus reads them: Go's ParseFloat without
// the spellings that came with Go 1.13, and ParseInt.
#pragma once

#include <cstdint>
#include <string_view>

namespace pushpull::wire {

// The whole token or nothing. Takes 1, +5, -0, .5, 5., 1e5 and, in any case, nan, inf, infinity
// (the last two with a sign); refuses hexadecimal, digit separators and what overflows. Too small
// becomes zero. Every NaN becomes Prometheus's normal one, so a stale marker cannot be written as
// text.
bool parse_value(std::string_view token, double& value);

// Digits only; false where they exceed int64.
bool parse_timestamp(std::string_view token, int64_t& ms);

}  // namespace pushpull::wire
