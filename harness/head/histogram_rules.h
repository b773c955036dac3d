// What Prometheus's head makes of a native histogram before it looks at its time
// (histogram.Validate, Equals and, for receivers, ReduceResolution). Pure.
#pragma once

#include <optional>
#include <string>

#include "harness/workload/native_histogram.h"

namespace pushpull {

// Which checks a release makes.
struct HistogramChecks {
  bool exact_counts = true;   // since 2.49; before, the buckets may hold fewer than the count says
  bool known_schemas = true;  // since 3.7
};

// Why it cannot be stored, in Prometheus's words; nothing where it can. Costs its size, whatever
// its spans claim.
std::optional<std::string> histogram_defect(const NativeHistogram& histogram,
                                            const HistogramChecks& checks);

// Whether a second one at the same time is an exact duplicate. Spans without buckets and the reset
// hint do not count.
bool same_histogram(const NativeHistogram& a, const NativeHistogram& b);

// As a head keeps it, and remote write sends it on: counts of one kind, nothing of the other, no
// start timestamp.
void make_stored_form(NativeHistogram& histogram);

// Schemas 9 to 52, which may exist one day, become 8: buckets are merged (since 3.7). Others stay,
// and so does what is no histogram.
void limit_schema(NativeHistogram& histogram);

// The histogram that ends a series of histograms: nothing but a sum, the stale marker, as the
// newest one was, whole or float.
NativeHistogram stale_histogram(const NativeHistogram& newest, int64_t timestamp_ms);

}  // namespace pushpull
