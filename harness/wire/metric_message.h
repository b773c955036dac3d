// The messages inside a MetricFamily, field by field; metric_family.h makes samples of them. Views
// are into the message. Never reads outside it, never allocates from a length it has not checked.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/wire/exposed_series.h"
#include "harness/wire/proto_reader.h"
#include "harness/workload/exemplar.h"
#include "harness/workload/native_histogram.h"

namespace pushpull::wire {

// Calls f(tag, reader) for each field of a message; f reads the value, or returns false where it is
// not what it should be.
template <class F>
bool each_field(std::string_view message, F&& f) {
  ProtoReader reader(message);
  while (!reader.done()) {
    ProtoTag tag{};
    if (!reader.read_tag(tag) || !f(tag, reader)) return false;
  }
  return true;
}
inline bool skipped(const ProtoTag& tag, ProtoReader& reader) { return reader.skip(tag.type); }
// Values of a field; false where it is of another wire type.
bool read(const ProtoTag& tag, ProtoReader& reader, uint64_t& value);
bool read(const ProtoTag& tag, ProtoReader& reader, std::string_view& bytes);
bool read(const ProtoTag& tag, ProtoReader& reader, std::vector<std::string_view>& messages);

// The one field of a Counter, Gauge or Untyped that matters here, and a Counter's exemplar.
struct MetricValue {
  double value = 0;
  bool has_exemplar = false;
  std::string_view exemplar;
};

struct MetricSummary {
  uint64_t count = 0;
  double sum = 0;
  std::vector<std::pair<double, double>> quantiles;
};

struct MetricBucket {
  uint64_t whole = 0;
  double real = 0;
  double upper_bound = 0;
  bool has_exemplar = false;
  std::string_view exemplar;

  double count() const { return real != 0 ? real : static_cast<double>(whole); }
};

struct MetricHistogram {
  uint64_t count = 0;
  double count_float = 0;
  uint64_t zero_count = 0;
  double zero_count_float = 0;
  NativeHistogram native;  // but for the counts
  std::vector<MetricBucket> buckets;
  std::vector<std::string_view> exemplars;

  bool is_native() const {
    return !native.positive_spans.empty() || !native.negative_spans.empty() ||
           native.zero_threshold > 0 || zero_count > 0;
  }
  double total() const { return count_float != 0 ? count_float : static_cast<double>(count); }
};

// All false where the message is broken.
bool read_label(std::string_view message, ExposedLabel& label);
bool read_exemplar(std::string_view message, Exemplar& exemplar);
// `counter`: it may have an exemplar.
bool read_value(std::string_view message, bool counter, MetricValue& simple);
bool read_summary(std::string_view message, MetricSummary& summary);
bool read_histogram(std::string_view message, MetricHistogram& h);

// Gives the histogram its counts, whole or float, and drops the other kind's buckets. False where
// spans and buckets do not fit together.
bool complete(MetricHistogram& h, bool gauge);

}  // namespace pushpull::wire
