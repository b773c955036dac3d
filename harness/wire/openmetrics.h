// Reads OpenMetrics 1.0 text as Prometheus's parser takes it: exemplars, `# EOF` at the end,
// timestamps in seconds, and nothing that the grammar does not have. `_created` series are samples
// like any other. Pure; any thread.
#pragma once

#include <string_view>

#include "harness/base/result.h"
#include "harness/wire/exposed_series.h"
#include "harness/wire/text.h"

namespace pushpull::wire {

// Parses a whole body. One bad line fails it all; the error names the line. An empty body is an
// exposition without samples.
Result<ParsedText> parse_openmetrics(std::string_view body, const ExpositionDialect& dialect);

}  // namespace pushpull::wire
