// The way back: from the labels of a stored series to its position in the targets of a shape. Costs
// memory per axis entry, not per series, and serves all targets of the shape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/workload/labels.h"
#include "harness/workload/shape.h"

namespace pushpull {

// Immutable once built; any thread. The shape outlives it.
class ShapeIndex {
 public:
  explicit ShapeIndex(const Shape& shape);

  // The position that the metric name and the axes' labels of `labels` lead to, in a target with
  // this seed. Labels that belong to no axis are not looked at, so the result is a candidate: who
  // needs to be sure compares with the labels of that position.
  std::optional<uint32_t> candidate(const Labels& labels, uint64_t target_seed) const;

 private:
  using Entries = std::unordered_map<std::string, uint32_t>;  // key → entry of the axis
  struct Named {
    size_t family;
    uint32_t member;  // first of the histogram's members with this name
  };

  void index_axis(const Axis& axis);
  std::optional<uint32_t> row(const Family& family, const Labels& labels,
                              uint64_t target_seed) const;
  std::string entry_key(const Axis& axis, uint32_t entry) const;
  std::optional<std::string> label_key(const Axis& axis, const Labels& labels,
                                       uint64_t target_seed) const;

  const Shape& shape_;
  std::unordered_map<std::string, Named> names_;
  std::unordered_map<const Axis*, Entries> axes_;
};

}  // namespace pushpull
