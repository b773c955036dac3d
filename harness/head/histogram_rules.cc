#include "harness/head/histogram_rules.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <limits>
#include <type_traits>
#include <vector>

#include "harness/workload/bucket_counts.h"
#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

using Defect = std::optional<std::string>;
using Spans = std::vector<BucketSpan>;

constexpr int32_t kLowestSchema = -4;
constexpr int32_t kHighestSchema = 8;
constexpr int32_t kHighestReserved = 52;

constexpr const char* kNegativeOffset = ": histogram has a span whose offset is negative";
constexpr const char* kBucketMismatch =
    ": histogram spans specify different number of buckets than provided";
constexpr const char* kNegativeCount =
    ": histogram has a bucket whose observation count is negative";

template <class T>
T member(const NativeHistogram::Count& count) {
  const T* value = std::get_if<T>(&count);
  return value == nullptr ? T() : *value;
}

// As Go prints %v.
std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof(buffer), "%g", value);
  return buffer;
}
std::string text(int64_t value) { return std::to_string(value); }

// `first_too`: the first span must not begin below zero either.
Defect span_defect(const Spans& spans, size_t buckets, bool first_too) {
  uint64_t needed = 0;
  for (size_t i = 0; i < spans.size(); ++i) {
    if ((first_too || i > 0) && spans[i].offset < 0) {
      return "span number " + std::to_string(i + 1) + " with offset " +
             std::to_string(spans[i].offset) + kNegativeOffset;
    }
    needed += spans[i].length;
  }
  if (needed == buckets) return std::nullopt;
  return "spans need " + std::to_string(needed) + " buckets, have " + std::to_string(buckets) +
         " buckets" + kBucketMismatch;
}

// Counts of whole histograms wrap around as Go's do.
Defect count_defect(const std::vector<int64_t>& deltas, uint64_t& sum) {
  uint64_t count = 0;
  for (size_t i = 0; i < deltas.size(); ++i) {
    count += static_cast<uint64_t>(deltas[i]);
    if (static_cast<int64_t>(count) < 0) {
      return "bucket number " + std::to_string(i + 1) + " has observation count of " +
             text(static_cast<int64_t>(count)) + kNegativeCount;
    }
    sum += count;
  }
  return std::nullopt;
}
Defect count_defect(const std::vector<double>& counts, double& sum) {
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] < 0) {
      return "bucket number " + std::to_string(i + 1) + " has observation count of " +
             text(counts[i]) + kNegativeCount;
    }
    sum += counts[i];
  }
  return std::nullopt;
}

Defect bounds_defect(const std::vector<double>& bounds, const Spans& spans, size_t buckets) {
  double previous = -std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < bounds.size(); ++i) {
    if (std::isnan(bounds[i])) return "histogram custom bounds must not be NaN";
    if (i > 0 && bounds[i] <= previous) {
      return "previous bound is " + std::to_string(previous) + " and current is " +
             std::to_string(bounds[i]) +
             ": histogram custom bounds must be in strictly increasing order";
    }
    previous = bounds[i];
  }
  if (previous == std::numeric_limits<double>::infinity()) {
    return "last +Inf bound must not be explicitly defined: histogram custom bounds must be finite";
  }
  if (Defect defect = span_defect(spans, buckets, true)) return defect;
  uint64_t covered = 0;
  for (const BucketSpan& span : spans) covered += static_cast<uint64_t>(span.offset) + span.length;
  if (bounds.size() + 1 >= covered) return std::nullopt;
  return "only " + std::to_string(bounds.size()) +
         " custom bounds defined which is insufficient to cover total span length of " +
         std::to_string(covered) + ": histogram custom bounds are too few";
}

Defect behind(const char* where, Defect defect) {
  if (defect) defect->insert(0, where);
  return defect;
}

// A histogram whose counts are whole numbers (as differences) or floats.
template <class T>
struct Sides {
  using Sum = std::conditional_t<std::is_same_v<T, int64_t>, uint64_t, double>;
  const NativeHistogram& h;
  const std::vector<T>& positive;
  const std::vector<T>& negative;
  Sum count = member<Sum>(h.count);
  Sum zero_count = member<Sum>(h.zero_count);
};

template <class T>
Defect layout_defect(const Sides<T>& sides, const HistogramChecks& checks) {
  const NativeHistogram& h = sides.h;
  if (h.has_custom_buckets()) {
    if (Defect defect = behind("custom buckets: ", bounds_defect(h.custom_values, h.positive_spans,
                                                                 sides.positive.size()))) {
      return defect;
    }
    if (sides.zero_count != 0) return "custom buckets: must have zero count of 0";
    if (h.zero_threshold != 0) return "custom buckets: must have zero threshold of 0";
    if (!h.negative_spans.empty()) return "custom buckets: must not have negative spans";
    if (!sides.negative.empty()) return "custom buckets: must not have negative buckets";
    return std::nullopt;
  }
  if (checks.known_schemas && (h.schema < kLowestSchema || h.schema > kHighestSchema)) {
    return "histogram has an invalid schema, which must be between -4 and 8 for exponential "
           "buckets, or -53 for custom buckets, got schema " +
           std::to_string(h.schema);
  }
  if (Defect defect = span_defect(h.positive_spans, sides.positive.size(), false)) {
    return behind("positive side: ", std::move(defect));
  }
  if (Defect defect = span_defect(h.negative_spans, sides.negative.size(), false)) {
    return behind("negative side: ", std::move(defect));
  }
  if (!h.custom_values.empty()) {
    return "histogram with exponential schema must not have custom bounds";
  }
  return std::nullopt;
}

template <class T>
Defect defect_of(const Sides<T>& sides, const HistogramChecks& checks) {
  if (Defect defect = layout_defect(sides, checks)) return defect;
  typename Sides<T>::Sum observations{};
  if (Defect defect = count_defect(sides.negative, observations)) {
    return behind("negative side: ", std::move(defect));
  }
  if (Defect defect = count_defect(sides.positive, observations)) {
    return behind("positive side: ", std::move(defect));
  }
  const auto mismatch = [&](const char* why) {
    return std::to_string(observations) +
           " observations found in buckets, but the Count field is " + std::to_string(sides.count) +
           why;
  };
  constexpr const char* kNotBigEnough =
      ": histogram's observation count should be at least the number of observations found in the "
      "buckets";
  if (!checks.exact_counts) {
    return observations > sides.count ? Defect(mismatch(kNotBigEnough)) : std::nullopt;
  }
  if constexpr (std::is_same_v<T, int64_t>) {
    observations += sides.zero_count;
    if (std::isnan(sides.h.sum)) {
      if (observations > sides.count) return mismatch(kNotBigEnough);
    } else if (observations != sides.count) {
      return mismatch(
          ": histogram's observation count should equal the number of observations found in the "
          "buckets (in absence of NaN)");
    }
  } else if (checks.known_schemas) {
    if (sides.zero_count < 0) {
      return "zero bucket has observation count of " + text(sides.zero_count) + kNegativeCount;
    }
    if (sides.count < 0) {
      return "observation count is  " + text(sides.count) +
             ": histogram's observation count is negative";
    }
  }
  return std::nullopt;
}

// Without spans that have no bucket; what they move goes to the next.
Spans with_buckets(const Spans& spans) {
  Spans kept;
  int64_t moved = 0;
  for (const BucketSpan& span : spans) {
    moved += span.offset;
    if (span.length == 0) continue;
    if (moved == 0 && !kept.empty()) {
      kept.back().length += span.length;
    } else {
      kept.push_back({static_cast<int32_t>(moved), span.length});
    }
    moved = 0;
  }
  return kept;
}

// Merges buckets of which 2^steps make one. Empty ones stay.
template <class T>
void merge_buckets(Spans& spans, std::vector<T>& buckets, int32_t steps, bool deltas) {
  Spans merged_spans;
  std::vector<T> merged;  // counts
  int64_t index = 0;
  int64_t newest = 0;  // index of the last merged bucket
  T count{};
  size_t bucket = 0;
  for (const BucketSpan& span : spans) {
    index += span.offset;
    for (uint32_t i = 0; i < span.length; ++i, ++index, ++bucket) {
      count = deltas ? add_counts(count, buckets[bucket]) : buckets[bucket];
      const int64_t target = ((index - 1) >> steps) + 1;
      if (!merged.empty() && target == newest) {
        merged.back() = add_counts(merged.back(), count);
        continue;
      }
      const int64_t gap = merged.empty() ? target : target - newest - 1;
      gap == 0 && !merged.empty() ? void(++merged_spans.back().length)
                                  : merged_spans.push_back({static_cast<int32_t>(gap), 1});
      merged.push_back(count);
      newest = target;
    }
  }
  if (deltas) {
    for (size_t i = merged.size(); i-- > 1;) merged[i] = subtract_counts(merged[i], merged[i - 1]);
  }
  spans = std::move(merged_spans);
  buckets = std::move(merged);
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(
      a, b, {}, [](double x) { return std::bit_cast<uint64_t>(x); },
      [](double x) { return std::bit_cast<uint64_t>(x); });
}

}  // namespace

std::optional<std::string> histogram_defect(const NativeHistogram& h,
                                            const HistogramChecks& checks) {
  return h.is_float() ? defect_of(Sides<double>{h, h.positive_counts, h.negative_counts}, checks)
                      : defect_of(Sides<int64_t>{h, h.positive_deltas, h.negative_deltas}, checks);
}

bool same_histogram(const NativeHistogram& a, const NativeHistogram& b) {
  return a.schema == b.schema && a.count == b.count && same_value(a.sum, b.sum) &&
         (!a.has_custom_buckets() || same_bits(a.custom_values, b.custom_values)) &&
         a.zero_threshold == b.zero_threshold && a.zero_count == b.zero_count &&
         with_buckets(a.negative_spans) == with_buckets(b.negative_spans) &&
         with_buckets(a.positive_spans) == with_buckets(b.positive_spans) &&
         a.negative_deltas == b.negative_deltas && a.positive_deltas == b.positive_deltas &&
         same_bits(a.negative_counts, b.negative_counts) &&
         same_bits(a.positive_counts, b.positive_counts);
}

void make_stored_form(NativeHistogram& h) {
  if (h.is_float()) {
    h.zero_count = member<double>(h.zero_count);
    h.positive_deltas.clear();
    h.negative_deltas.clear();
  } else {
    h.count = member<uint64_t>(h.count);
    h.zero_count = member<uint64_t>(h.zero_count);
    h.positive_counts.clear();
    h.negative_counts.clear();
  }
  h.start_timestamp_ms = 0;
}

void limit_schema(NativeHistogram& h) {
  if (h.schema <= kHighestSchema || h.schema > kHighestReserved) return;
  if (histogram_defect(h, {.exact_counts = true, .known_schemas = false})) return;
  const int32_t steps = h.schema - kHighestSchema;
  if (h.is_float()) {
    merge_buckets(h.positive_spans, h.positive_counts, steps, false);
    merge_buckets(h.negative_spans, h.negative_counts, steps, false);
  } else {
    merge_buckets(h.positive_spans, h.positive_deltas, steps, true);
    merge_buckets(h.negative_spans, h.negative_deltas, steps, true);
  }
  h.schema = kHighestSchema;
}

NativeHistogram stale_histogram(const NativeHistogram& newest, int64_t timestamp_ms) {
  NativeHistogram stale;
  if (newest.is_float()) stale.count = 0.0;
  make_stored_form(stale);
  stale.sum = stale_nan();
  stale.timestamp_ms = timestamp_ms;
  return stale;
}

}  // namespace pushpull
