#include "harness/wire/text_number.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "harness/workload/special_values.h"

namespace pushpull::wire {

namespace {

// `lower` is lower case letters only.
bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lower[i]) return false;
  }
  return true;
}

bool parse_special(std::string_view unsigned_token, bool has_sign, bool negative, double& value) {
  if (!has_sign && equals_ignoring_case(unsigned_token, "nan")) {
    value = std::bit_cast<double>(kNormalNanBits);
    return true;
  }
  if (!equals_ignoring_case(unsigned_token, "inf") &&
      !equals_ignoring_case(unsigned_token, "infinity")) {
    return false;
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  value = negative ? -kInfinity : kInfinity;
  return true;
}

// from_chars does not tell too large from too small; strtod does.
bool parse_out_of_range(std::string_view digits, double& value) {
  value = std::strtod(std::string(digits).c_str(), nullptr);
  return std::isfinite(value);
}

}  // namespace

bool parse_value(std::string_view token, double& value) {
  const bool negative = token.starts_with('-');
  const bool has_sign = negative || token.starts_with('+');
  const std::string_view rest = token.substr(has_sign ? 1 : 0);
  if (rest.empty()) return false;
  // from_chars knows inf and nan(...) as well, in spellings that are not Go's.
  const bool numeric = (rest[0] >= '0' && rest[0] <= '9') || rest[0] == '.';
  if (!numeric) return parse_special(rest, has_sign, negative, value);

  const char* end = rest.data() + rest.size();
  const auto [stopped, error] = std::from_chars(rest.data(), end, value);
  if (stopped != end || error == std::errc::invalid_argument) return false;
  if (error == std::errc::result_out_of_range && !parse_out_of_range(rest, value)) return false;
  if (negative) value = -value;
  return true;
}

bool parse_timestamp(std::string_view token, int64_t& ms) {
  const char* end = token.data() + token.size();
  if (token.empty() || token[0] == '-') return false;
  const auto [stopped, error] = std::from_chars(token.data(), end, ms);
  return stopped == end && error == std::errc();
}

}  // namespace pushpull::wire
