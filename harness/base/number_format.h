// Sample values as text, the way Go's expfmt writes them: client libraries and /federate alike.
#pragma once

#include <cstddef>
#include <string>

namespace pushpull {

// The longest text of any double: -2.2250738585072014e-308.
inline constexpr size_t kMaxNumberSize = 24;

// Writes `value` at `out`, which has room for kMaxNumberSize bytes, and returns the end of the text
// (no terminator): 0 for ±0, NaN, +Inf, -Inf, else the shortest digits that read back as the same
// double, in exponent form iff the decimal exponent is < -4 or >= 6. The exponent has a sign and at
// least two digits: 999999, 1e+06, 1.23456789e+08, 0.0001, 1e-05.
char* write_number(char* out, double value);

void append_number(std::string& out, double value);

}  // namespace pushpull
