// What the parsers of OpenMetrics and of protobuf expositions share: how a scraper's release reads
// them, and how a series they found is handed on. Pure functions; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "harness/base/result.h"
#include "harness/wire/text.h"

namespace pushpull::wire {

// Of the release that scrapes, and of what it is told to take.
struct ExpositionDialect {
  bool utf8_names = true;         // 3.0+: any UTF-8 is a name, in quotes where it must be
  bool normalised_bounds = true;  // 3.0+: le and quantile as append_bound() writes them
  bool native_histograms = false;
};

// A label as exposed, `__name__` too; views into the exposition or into what its reader keeps.
using ExposedLabel = std::pair<std::string_view, std::string_view>;

// Error: a name that the dialect has not, a value that is not UTF-8, no metric name.
Status check_exposed_series(std::span<const ExposedLabel> labels, const ExpositionDialect& dialect);
// Appends the label set as ParsedText has it where encoded_series is true: what
// read_exposed_series() reads, the same bytes for the same labels in the same order.
void append_exposed_series(std::string& out, std::span<const ExposedLabel> labels);
// Error: repeated names.
Result<ParsedSeries> read_exposed_series(std::string_view series);

// Appends a bucket's bound or a quantile as OpenMetrics wants it: "1.0", "+Inf", "1e+06".
void append_bound(std::string& out, double value);

// Drops empty buckets and merges spans that touch, as Prometheus does when it scrapes. Requires: as
// many buckets as the spans need.
void compact(NativeHistogram& histogram);

}  // namespace pushpull::wire
