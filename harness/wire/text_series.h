// The lexical rules of one series in the text format: name, braces, labels. As Prometheus 2.42 and
// as 3.x for names without quotes; quoted (UTF-8) names are refused, as 2.42 does.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace pushpull::wire {

// A label as it stands in the text; the value is without its quotes, but still escaped.
struct RawLabel {
  std::string_view name;
  std::string_view value;
};

// Reads the series that `text` begins with and returns its size: up to the closing brace, or the
// name where there are none. `labels` is replaced by the labels in the braces, as they stand, and
// points into `text`. Errors: not a series, a repeated label, a value that is not UTF-8. The error
// text fits behind "line 3: ".
Result<size_t> lex_series(std::string_view text, std::vector<RawLabel>& labels);

// `\\`, `\"` and `\n` decoded; any other backslash stays.
std::string unescape(std::string_view value);

// The end of the metric name at the start of `text`; 0 if there is none.
size_t metric_name_size(std::string_view text);

// First index at or after `from` that is neither blank nor tab.
size_t skip_blanks(std::string_view text, size_t from);

}  // namespace pushpull::wire
