#include "harness/scenario/name.h"

#include <algorithm>

namespace pushpull {
namespace {

constexpr size_t kMaxLength = 64;

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxLength &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

void check_name(yaml::Fields& f, const std::string& path, std::string_view name) {
  if (!is_name(name)) f.error(path, "a name has 1 to 64 of a-z, 0-9, '_' and '-'");
}

}  // namespace pushpull
