// A native histogram as both remote write messages carry it, bit by bit.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/workload/native_histogram.h"

namespace pushpull::wire {

using pushpull::BucketSpan;
using pushpull::NativeHistogram;

// Appends the message Histogram. One schema fits both versions: 1.0 has no start timestamp.
void encode_histogram(const NativeHistogram& histogram, std::string& out);

// Never allocates from a length it has not checked.
Result<NativeHistogram> decode_histogram(std::string_view message);

}  // namespace pushpull::wire
