// A native histogram: a sample of a series that is no float. Kept as it came, bit by bit; whether
// it makes sense is the head's to judge.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

namespace pushpull {

struct BucketSpan {
  int32_t offset = 0;   // from the end of the span before, or where the first one starts
  uint32_t length = 0;  // buckets
  bool operator==(const BucketSpan&) const = default;
};

struct NativeHistogram {
  // One member of a oneof: a whole number, a float, or neither.
  using Count = std::variant<std::monostate, uint64_t, double>;

  // Bounds of the buckets are given, in custom_values: an NHCB.
  static constexpr int32_t kCustomBuckets = -53;

  // Float histograms have counts per bucket, the others differences from the bucket before.
  bool is_float() const { return std::holds_alternative<double>(count); }
  bool has_custom_buckets() const { return schema == kCustomBuckets; }

  Count count;
  double sum = 0;  // the stale marker ends the series
  int32_t schema = 0;
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

}  // namespace pushpull
