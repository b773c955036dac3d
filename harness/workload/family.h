// Metric families as products of axes: node_cpu_seconds_total over (cpu) × (mode). The labels of
// any series follow from its index by division, so a family of a million series costs the entries
// of its axes.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/workload/value_rule.h"

namespace pushpull {

// A label value: a literal, or the text that a target has for a slot.
struct LabelValue {
  static constexpr uint32_t kNoSlot = std::numeric_limits<uint32_t>::max();
  std::string literal;
  uint32_t slot = kNoSlot;

  bool is_slot() const { return slot != kNoSlot; }
  static LabelValue of_slot(uint32_t slot) { return {{}, slot}; }
};

// One axis: each entry gives all `names` a value. Entries differ in more than their uids and
// container ids; within a column all values are literals or all are slots of one kind.
struct Axis {
  std::vector<std::string> names;
  std::vector<LabelValue> values;  // entry by entry, names.size() each

  uint32_t size() const { return static_cast<uint32_t>(values.size() / names.size()); }
  const LabelValue& value(uint32_t entry, size_t name) const {
    return values[entry * names.size() + name];
  }
};
using AxisPtr = std::shared_ptr<const Axis>;  // families of one target kind share theirs

enum class MetricType : uint8_t { kCounter, kGauge, kHistogram };
const char* metric_type_name(MetricType type);  // as in a TYPE line

// Rows run over the axes, the last one fastest. A row is one series, or one histogram.
struct Family {
  std::string name;
  std::string help;
  ValueRule rule;
  std::vector<AxisPtr> axes;
  uint32_t rows;  // at most the product of the axes' sizes: the last rows may be left out

  MetricType type() const;
  bool is_histogram() const { return rule.kind == ValueRule::Kind::kHistogram; }
  uint32_t series_per_row() const { return is_histogram() ? kHistogramSeries : 1; }
  uint64_t series() const { return uint64_t{rows} * series_per_row(); }

  // Name and le (empty where there is none) of one series of a row. Requires: member <
  // series_per_row().
  std::string series_name(uint32_t member) const;
  std::string_view bucket_bound(uint32_t member) const;

  // The labels that the axes give to a row, in order of the axes. They point into the axes.
  struct LabelRef {
    std::string_view name;
    const LabelValue* value;
  };
  std::vector<LabelRef> labels(uint32_t row) const;
};

// A family with all rows of its axes.
Family family(std::string name, std::string help, ValueRule rule, std::vector<AxisPtr> axes = {});

}  // namespace pushpull
