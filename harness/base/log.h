// One line per event on stderr: time, role, level, message. Secrets never reach it: callers log
// names, not values.
#pragma once

#include <string_view>

namespace pushpull {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

// Thread-safe. Lines below `minimum` are dropped. Default: kInfo, no role.
void set_log(LogLevel minimum, std::string_view role);
void log(LogLevel level, std::string_view message);

inline void log_info(std::string_view message) { log(LogLevel::kInfo, message); }
inline void log_warn(std::string_view message) { log(LogLevel::kWarn, message); }
inline void log_error(std::string_view message) { log(LogLevel::kError, message); }

}  // namespace pushpull
