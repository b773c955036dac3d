// Which target of the workload a scrape path belongs to: the inverse of Target::path().
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pushpull {

// "/t/12/metrics" → 12; nothing for any other path.
std::optional<uint32_t> target_of_path(std::string_view path);

}  // namespace pushpull
