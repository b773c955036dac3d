// Quantities as people write them: 15s, 1h30m, 100k, 200Mbit/s, 8MiB, 0.1%. Units are required
// except for counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/base/time.h"

namespace pushpull {

// Prometheus's grammar (y w d h m s ms, each at most once, in this order) extended by us and ns and
// a decimal fraction
// ("0.5ms"). A number without a unit is an error that suggests the likely one; "0" is allowed.
Result<Duration> parse_duration(std::string_view text);

// Decimal suffixes k, M, G ("100k" = 100 000). Whole numbers only, 0 … 2^63-1.
Result<int64_t> parse_count(std::string_view text);

// B, kB, MB, GB (decimal) and KiB, MiB, GiB. Result in bytes.
Result<int64_t> parse_bytes(std::string_view text);

// bit/s, kbit/s, Mbit/s, Gbit/s. Result in bits per second.
Result<int64_t> parse_bandwidth(std::string_view text);

// "0.1%" → 0.001. A bare number is an error. Range 0 … 1.
Result<double> parse_percent(std::string_view text);

// Shortest exact form in the grammar above: 1m30s, 250ms, 0s.
std::string format_duration(Duration d);
// "100k", "1.5M", exact or not shortened at all.
std::string format_count(int64_t n);
std::string format_bandwidth(int64_t bits_per_second);

}  // namespace pushpull
