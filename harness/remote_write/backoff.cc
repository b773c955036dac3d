#include "harness/remote_write/backoff.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "harness/base/check.h"

namespace pushpull {
namespace {

constexpr int64_t kLongestWish = 31'622'400;  // 366 days in seconds; keeps sums within int64

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<int> parse_int(std::string_view text) {
  int value = 0;
  const char* end = text.data() + text.size();
  const auto [p, ec] = std::from_chars(text.data(), end, value);
  if (ec != std::errc() || p != end) return std::nullopt;
  return value;
}

std::optional<unsigned> parse_digits(std::string_view text) {
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  const std::optional<int> value = parse_int(text);
  if (!digits || !value) return std::nullopt;
  return static_cast<unsigned>(*value);
}

// "Sun, 06 Nov 1994 08:49:37 GMT" as Unix seconds. The weekday is not compared with the date.
std::optional<int64_t> parse_http_date(std::string_view text) {
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT"))
    return std::nullopt;
  if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':') {
    return std::nullopt;
  }
  const auto month = std::ranges::find(kMonths, text.substr(8, 3));
  const auto day = parse_digits(text.substr(5, 2));
  const auto year = parse_digits(text.substr(12, 4));
  const auto hour = parse_digits(text.substr(17, 2));
  const auto minute = parse_digits(text.substr(20, 2));
  const auto second = parse_digits(text.substr(23, 2));
  if (month == kMonths.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date(
      std::chrono::year(static_cast<int>(*year)),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(*day));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::chrono::sys_seconds time = std::chrono::sys_days(date) + std::chrono::hours(*hour) +
                                        std::chrono::minutes(*minute) +
                                        std::chrono::seconds(*second);
  return time.time_since_epoch().count();
}

}  // namespace

RetryBackoff::RetryBackoff(Duration min, Duration max) : pause_(min), max_(max) {
  CHECK(min > Duration() && max > Duration());
}

Duration RetryBackoff::next(std::optional<Duration> retry_after) {
  const bool wished = retry_after.has_value() && *retry_after > Duration();
  const Duration pause = wished ? *retry_after : pause_;
  pause_ = std::min(pause * 2, max_);
  return pause;
}

std::optional<Duration> parse_retry_after(std::string_view value, Instant now) {
  int64_t seconds = 0;
  if (const std::optional<int64_t> date = parse_http_date(value)) {
    seconds = *date - now.unix_ns() / 1'000'000'000;
    // Truncation towards zero of a difference with a fraction.
    if (seconds > 0 && now.unix_ns() % 1'000'000'000 != 0) --seconds;
  } else if (const std::optional<int64_t> number = parse_int(value)) {
    seconds = *number;
  } else {
    return std::nullopt;
  }
  if (seconds > kLongestWish || seconds < -kLongestWish) return std::nullopt;
  return Duration::seconds(seconds);
}

}  // namespace pushpull
