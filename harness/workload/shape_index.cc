#include "harness/workload/shape_index.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {
namespace {

// A key is the literals and pod numbers of an entry, each ended by a byte that no UTF-8 text holds.
constexpr char kEnd = '\xff';

}  // namespace

ShapeIndex::ShapeIndex(const Shape& shape) : shape_(shape) {
  for (size_t i = 0; i < shape.families().size(); ++i) {
    const Family& family = shape.families()[i];
    for (uint32_t member = 0; member < family.series_per_row(); ++member) {
      names_.try_emplace(family.series_name(member), Named{i, member});
    }
    for (const AxisPtr& axis : family.axes) {
      if (!axes_.contains(axis.get())) index_axis(*axis);
    }
  }
}

void ShapeIndex::index_axis(const Axis& axis) {
  Entries& entries = axes_[&axis];
  entries.reserve(axis.size());
  for (uint32_t entry = 0; entry < axis.size(); ++entry) {
    const bool added = entries.try_emplace(entry_key(axis, entry), entry).second;
    CHECK(added) << "entry " << entry << " of the axis of " << axis.names[0] << " is not unique";
  }
}

std::string ShapeIndex::entry_key(const Axis& axis, uint32_t entry) const {
  std::string key;
  for (size_t n = 0; n < axis.names.size(); ++n) {
    const LabelValue& value = axis.value(entry, n);
    if (!value.is_slot()) {
      key += value.literal;
    } else if (shape_.slots()[value.slot].kind == SlotKind::kPod) {
      key += std::to_string(shape_.slots()[value.slot].number);
    }
    key += kEnd;
  }
  return key;
}

std::optional<std::string> ShapeIndex::label_key(const Axis& axis, const Labels& labels,
                                                 uint64_t target_seed) const {
  std::string key;
  for (size_t n = 0; n < axis.names.size(); ++n) {
    const LabelValue& like = axis.value(0, n);
    const std::string_view text = labels.get(axis.names[n]);
    if (!like.is_slot()) {
      key += text;
    } else if (shape_.slots()[like.slot].kind == SlotKind::kPod) {
      const std::optional<uint32_t> number = pod_number(text, target_seed);
      if (!number) return std::nullopt;
      key += std::to_string(*number);
    }
    key += kEnd;
  }
  return key;
}

std::optional<uint32_t> ShapeIndex::row(const Family& family, const Labels& labels,
                                        uint64_t target_seed) const {
  uint64_t row = 0;
  for (const AxisPtr& axis : family.axes) {
    const std::optional<std::string> key = label_key(*axis, labels, target_seed);
    if (!key) return std::nullopt;
    const Entries& entries = axes_.at(axis.get());
    const auto entry = entries.find(*key);
    if (entry == entries.end()) return std::nullopt;
    row = row * axis->size() + entry->second;
  }
  if (row >= family.rows) return std::nullopt;
  return static_cast<uint32_t>(row);
}

std::optional<uint32_t> ShapeIndex::candidate(const Labels& labels, uint64_t target_seed) const {
  const auto named = names_.find(std::string(labels.metric_name()));
  if (named == names_.end()) return std::nullopt;
  const Family& family = shape_.families()[named->second.family];
  const std::optional<uint32_t> at = row(family, labels, target_seed);
  if (!at) return std::nullopt;
  uint32_t member = named->second.member;
  if (!family.bucket_bound(member).empty()) {
    const auto bound = std::ranges::find(kBucketBounds, labels.get("le"));
    if (bound == kBucketBounds.end()) return std::nullopt;
    member = static_cast<uint32_t>(bound - kBucketBounds.begin());
  }
  return shape_.first_position(named->second.family) + *at * family.series_per_row() + member;
}

}  // namespace pushpull
