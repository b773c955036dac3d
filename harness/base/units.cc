#include "harness/base/units.h"

#include <array>
#include <charconv>
#include <cmath>

namespace pushpull {
namespace {

struct Unit {
  std::string_view suffix;
  int64_t scale;
};

constexpr int64_t kSecond = 1'000'000'000;
// Largest first: the order in which Prometheus wants them written.
constexpr std::array<Unit, 9> kTimeUnits = {{{"y", 365 * 86'400 * kSecond},
                                             {"w", 7 * 86'400 * kSecond},
                                             {"d", 86'400 * kSecond},
                                             {"h", 3'600 * kSecond},
                                             {"m", 60 * kSecond},
                                             {"s", kSecond},
                                             {"ms", 1'000'000},
                                             {"us", 1'000},
                                             {"ns", 1}}};
constexpr std::array<Unit, 4> kCountUnits = {
    {{"", 1}, {"k", 1'000}, {"M", 1'000'000}, {"G", 1'000'000'000}}};
constexpr std::array<Unit, 7> kByteUnits = {{{"B", 1},
                                             {"kB", 1'000},
                                             {"MB", 1'000'000},
                                             {"GB", 1'000'000'000},
                                             {"KiB", 1 << 10},
                                             {"MiB", 1 << 20},
                                             {"GiB", 1 << 30}}};
constexpr std::array<Unit, 4> kBandwidthUnits = {
    {{"bit/s", 1}, {"kbit/s", 1'000}, {"Mbit/s", 1'000'000}, {"Gbit/s", 1'000'000'000}}};

struct Number {
  double value;
  std::string_view rest;
};

// A decimal number without sign or exponent at the start of `text`.
Result<Number> take_number(std::string_view text) {
  size_t n = 0;
  while (n < text.size() && ((text[n] >= '0' && text[n] <= '9') || text[n] == '.')) ++n;
  double value = 0;
  const auto [end, ec] =
      std::from_chars(text.data(), text.data() + n, value, std::chars_format::fixed);
  if (n == 0 || ec != std::errc() || end != text.data() + n) {
    return Error{"'" + std::string(text) + "' does not start with a number"};
  }
  return Number{value, text.substr(n)};
}

Result<int64_t> scaled(double value, int64_t scale, std::string_view text) {
  const double product = value * static_cast<double>(scale);
  if (product >= 0x1p63) return Error{"'" + std::string(text) + "' is too large"};
  if (product != std::floor(product))
    return Error{"'" + std::string(text) + "' is not a whole number of its smallest unit"};
  return static_cast<int64_t>(product);
}

template <size_t N>
Result<int64_t> parse_with(std::string_view text, const std::array<Unit, N>& units,
                           std::string_view what) {
  Result<Number> number = take_number(text);
  if (!number) return number.error();
  std::string known;
  for (const Unit& unit : units) {
    if (unit.suffix == number->rest) return scaled(number->value, unit.scale, text);
    if (!unit.suffix.empty()) known += (known.empty() ? "" : ", ") + std::string(unit.suffix);
  }
  const std::string text_string(text);
  if (number->rest.empty()) return Error{"'" + text_string + "' needs a unit (" + known + ")"};
  return Error{"unknown unit '" + std::string(number->rest) + "' in " + std::string(what) + " '" +
               text_string + "' (use " + known + ")"};
}

template <size_t N>
std::string format_with(int64_t n, const std::array<Unit, N>& units) {
  const Unit* best = &units[0];
  for (const Unit& unit : units) {
    // One decimal is still exact and readable: 1.5M.
    if (unit.scale > best->scale && n >= unit.scale && n % (unit.scale / 10) == 0) best = &unit;
  }
  const int64_t tenths = best->scale == 1 ? 0 : n % best->scale / (best->scale / 10);
  std::string out = std::to_string(n / best->scale);
  if (tenths != 0) out += "." + std::to_string(tenths);
  return out + std::string(best->suffix);
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration();
  if (text.empty()) return Error{"a duration may not be empty (for example 15s)"};
  int64_t total = 0;
  size_t next_unit = 0;
  for (std::string_view rest = text; !rest.empty();) {
    Result<Number> number = take_number(rest);
    if (!number)
      return Error{"'" + std::string(text) + "' is not a duration (for example 15s, 1m30s, 250ms)"};
    size_t letters = 0;
    while (letters < number->rest.size() && number->rest[letters] >= 'a' &&
           number->rest[letters] <= 'z')
      ++letters;
    const std::string_view suffix = number->rest.substr(0, letters);
    if (suffix.empty()) {
      return Error{"duration '" + std::string(text) + "' needs a unit; did you mean '" +
                   std::string(text) + "s'?"};
    }
    size_t u = next_unit;
    while (u < kTimeUnits.size() && kTimeUnits[u].suffix != suffix) ++u;
    if (u == kTimeUnits.size()) {
      return Error{
          "unit '" + std::string(suffix) + "' in duration '" + std::string(text) +
          "' is unknown or out of order (use y, w, d, h, m, s, ms, us, ns, largest first)"};
    }
    Result<int64_t> part = scaled(number->value, kTimeUnits[u].scale, text);
    if (!part) return part.error();
    if (__builtin_add_overflow(total, *part, &total))
      return Error{"'" + std::string(text) + "' is too long"};
    next_unit = u + 1;
    rest = number->rest.substr(letters);
  }
  return Duration::nanoseconds(total);
}

Result<int64_t> parse_count(std::string_view text) {
  return parse_with(text, kCountUnits, "count");
}
Result<int64_t> parse_bytes(std::string_view text) { return parse_with(text, kByteUnits, "size"); }
Result<int64_t> parse_bandwidth(std::string_view text) {
  return parse_with(text, kBandwidthUnits, "bandwidth");
}

Result<double> parse_percent(std::string_view text) {
  Result<Number> number = take_number(text);
  if (!number) return number.error();
  if (number->rest != "%")
    return Error{"'" + std::string(text) + "' needs a percent sign (for example 0.1%)"};
  if (number->value > 100) return Error{"'" + std::string(text) + "' is more than 100%"};
  return number->value / 100;
}

std::string format_duration(Duration d) {
  if (d.ns() == 0) return "0s";
  std::string out = d.ns() < 0 ? "-" : "";
  int64_t rest = d.ns() < 0 ? -d.ns() : d.ns();
  for (const Unit& unit : kTimeUnits) {
    if (unit.suffix == "y" || unit.suffix == "w") continue;  // 8d reads better than 1w1d
    if (rest < unit.scale) continue;
    out += std::to_string(rest / unit.scale) + std::string(unit.suffix);
    rest %= unit.scale;
  }
  return out;
}

std::string format_count(int64_t n) { return format_with(n, kCountUnits); }
std::string format_bandwidth(int64_t bits_per_second) {
  return format_with(bits_per_second, kBandwidthUnits);
}

}  // namespace pushpull
