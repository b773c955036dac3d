#include "harness/wire/label_name.h"

#include <algorithm>

#include "harness/wire/utf8.h"

namespace pushpull::wire {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool valid_name(std::string_view name, NameScheme scheme, bool colons) {
  if (name.empty()) return false;
  if (scheme == NameScheme::kUtf8) return valid_utf8(name);
  return !is_digit(name[0]) && std::ranges::all_of(name, [colons](char c) {
    return is_letter(c) || is_digit(c) || (colons && c == ':');
  });
}

}  // namespace

bool valid_label_name(std::string_view name, NameScheme scheme) {
  return valid_name(name, scheme, false);
}

bool valid_metric_name(std::string_view name, NameScheme scheme) {
  return valid_name(name, scheme, true);
}

}  // namespace pushpull::wire
