#include "harness/base/log.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <string>

namespace pushpull {
namespace {

std::atomic<LogLevel> minimum_level{LogLevel::kInfo};
std::mutex role_mutex;
std::string& role_name() {
  static std::string role;
  return role;
}

}  // namespace

void set_log(LogLevel minimum, std::string_view role) {
  const std::lock_guard lock(role_mutex);
  minimum_level = minimum;
  role_name() = role;
}

void log(LogLevel level, std::string_view message) {
  if (level < minimum_level) return;
  static constexpr std::array<const char*, 4> kNames = {"debug", "info", "warn", "error"};
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%FT%T", &utc);
  const std::lock_guard lock(role_mutex);
  const std::string role = role_name().empty() ? "" : " " + role_name();
  std::fprintf(stderr, "%s.%03ldZ%s %s: %.*s\n", stamp.data(), now.tv_nsec / 1'000'000,
               role.c_str(), kNames[static_cast<size_t>(level)], static_cast<int>(message.size()),
               message.data());
}

}  // namespace pushpull
