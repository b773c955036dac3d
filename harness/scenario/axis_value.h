// One value of one axis of a matrix, as the scenario writes it and, where it is one, as a number.
#pragma once

#include <optional>
#include <string>

namespace pushpull {

struct AxisValue {
  std::string path;  // workload.series
  std::string text;  // 10k
  // 10000, in `unit`: "" for plain numbers and counts, s, bit/s, ratio. Nothing for words.
  std::optional<double> number;
  std::string unit;
};

// `quoted` text is a word whatever it looks like.
AxisValue make_axis_value(std::string path, std::string text, bool quoted);

}  // namespace pushpull
