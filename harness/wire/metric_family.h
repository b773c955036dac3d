// Reads Prometheus's protobuf exposition, a row of io.prometheus.client.MetricFamily with its size
// before each, as Prometheus's parser takes it. Schema in metric_family.proto. Pure; any thread.
#pragma once

#include <string_view>

#include "harness/base/result.h"
#include "harness/wire/exposed_series.h"
#include "harness/wire/text.h"

namespace pushpull::wire {

// A native histogram becomes one sample; one that is not, or where the dialect has none, the series
// of a classic histogram. Never reads outside `body`, never allocates from a length it has not
// checked.
Result<ParsedText> parse_metric_families(std::string_view body, const ExpositionDialect& dialect);

}  // namespace pushpull::wire
