// A native histogram as both remote write messages carry it. Kept as it came, bit by bit; whether
// it makes sense is the receiver's to judge.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/result.h"

namespace pushpull::wire {

struct BucketSpan {
  int32_t offset = 0;   // from the end of the span before, or where the first one starts
  uint32_t length = 0;  // buckets
  bool operator==(const BucketSpan&) const = default;
};

struct NativeHistogram {
  // One member of a oneof: a whole number, a float, or neither.
  using Count = std::variant<std::monostate, uint64_t, double>;

  // Float histograms have counts per bucket, the others differences from the bucket before.
  bool is_float() const { return std::holds_alternative<double>(count); }

  Count count;
  double sum = 0;
  int32_t schema = 0;  // -53: custom bounds, in custom_values
  double zero_threshold = 0;
  Count zero_count;
  std::vector<BucketSpan> negative_spans;
  std::vector<int64_t> negative_deltas;
  std::vector<double> negative_counts;
  std::vector<BucketSpan> positive_spans;
  std::vector<int64_t> positive_deltas;
  std::vector<double> positive_counts;
  int32_t reset_hint = 0;  // 0 unknown, 1 reset, 2 none, 3 gauge
  int64_t timestamp_ms = 0;
  std::vector<double> custom_values;
  int64_t start_timestamp_ms = 0;  // remote write 2.0 since rc.4; 0: unknown
};

// Appends the message Histogram. One schema fits both versions: 1.0 has no start timestamp.
void encode_histogram(const NativeHistogram& histogram, std::string& out);

// Never allocates from a length it has not checked.
Result<NativeHistogram> decode_histogram(std::string_view message);

}  // namespace pushpull::wire
