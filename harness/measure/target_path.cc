#include "harness/measure/target_path.h"

#include <charconv>

namespace pushpull {

std::optional<uint32_t> target_of_path(std::string_view path) {
  constexpr std::string_view kBefore = "/t/";
  constexpr std::string_view kAfter = "/metrics";
  if (!path.starts_with(kBefore) || !path.ends_with(kAfter)) return std::nullopt;
  if (path.size() <= kBefore.size() + kAfter.size()) return std::nullopt;
  path.remove_prefix(kBefore.size());
  path.remove_suffix(kAfter.size());
  uint32_t id = 0;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), id);
  if (error != std::errc() || end != path.data() + path.size()) return std::nullopt;
  return id;
}

}  // namespace pushpull
