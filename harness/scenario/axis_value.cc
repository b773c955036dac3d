#include "harness/scenario/axis_value.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "harness/base/units.h"

namespace pushpull {
namespace {

std::optional<double> plain_number(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, value);
  const bool finite = value - value == 0;
  if (ec != std::errc() || stop != end || !finite) return std::nullopt;
  return value;
}

}  // namespace

AxisValue make_axis_value(std::string path, std::string text, bool quoted) {
  AxisValue axis{std::move(path), std::move(text), std::nullopt, ""};
  if (quoted) return axis;
  if (const auto number = plain_number(axis.text)) {
    axis.number = *number;
  } else if (const auto count = parse_count(axis.text)) {
    axis.number = static_cast<double>(*count);
  } else if (const auto duration = parse_duration(axis.text)) {
    axis.number = duration->in_seconds();
    axis.unit = "s";
  } else if (const auto bandwidth = parse_bandwidth(axis.text)) {
    axis.number = static_cast<double>(*bandwidth);
    axis.unit = "bit/s";
  } else if (const auto share = parse_percent(axis.text)) {
    axis.number = *share;
    axis.unit = "ratio";
  }
  return axis;
}

}  // namespace pushpull
