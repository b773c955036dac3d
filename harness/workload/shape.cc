#include "harness/workload/shape.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "harness/base/check.h"
#include "harness/base/random.h"

namespace pushpull {
namespace {

std::string resolve(const LabelValue& value, const SlotTexts& slots) {
  return value.is_slot() ? std::string(slots[value.slot]) : value.literal;
}

// What a series' values are drawn from; of a histogram, that of its first series.
uint64_t series_hash(uint64_t target_seed, uint64_t position) {
  return mix64(target_seed + position);
}

std::vector<uint32_t> first_positions(const std::vector<Family>& families) {
  std::vector<uint32_t> firsts;
  uint64_t next = 0;
  for (const Family& family : families) {
    firsts.push_back(static_cast<uint32_t>(next));
    next += family.series();
    CHECK(next <= std::numeric_limits<uint32_t>::max())
        << "a target's series need 32-bit positions";
  }
  firsts.push_back(static_cast<uint32_t>(next));
  return firsts;
}

}  // namespace

Shape::Shape(Blueprint blueprint)
    : slots_(std::move(blueprint.slots)),
      target_labels_(std::move(blueprint.target_labels)),
      families_(std::move(blueprint.families)),
      first_positions_(first_positions(families_)),
      text_(families_) {
  CHECK(target_labels_.size() == 1);
}

size_t Shape::family_of(uint32_t position) const {
  CHECK(position < size()) << "position " << position << " of " << size();
  const auto after = std::ranges::upper_bound(first_positions_, position);
  return static_cast<size_t>(after - first_positions_.begin()) - 1;
}

Shape::Place Shape::place(uint32_t position) const {
  const size_t index = family_of(position);
  const Family& family = families_[index];
  const uint32_t offset = position - first_positions_[index];
  return {&family, offset / family.series_per_row(), offset % family.series_per_row()};
}

Labels Shape::target_labels(const SlotTexts& slots) const {
  std::vector<Label> labels;
  for (size_t i = 0; i < target_labels_.names.size(); ++i) {
    labels.push_back({target_labels_.names[i], resolve(target_labels_.values[i], slots)});
  }
  return Labels(std::move(labels));
}

Labels Shape::labels(uint32_t position, const SlotTexts& slots) const {
  const auto [family, row, member] = place(position);
  std::vector<Label> labels = {{"__name__", family->series_name(member)},
                               {"le", std::string(family->bucket_bound(member))}};
  for (const Family::LabelRef& label : family->labels(row)) {
    labels.push_back({std::string(label.name), resolve(*label.value, slots)});
  }
  return Labels(std::move(labels));
}

double Shape::value(uint64_t target_seed, uint32_t position, uint64_t ordinal) const {
  const auto [family, row, member] = place(position);
  const Moment moment = moment_of(target_seed, ordinal);
  const uint64_t hash = series_hash(target_seed, position - member);
  if (family->is_histogram()) return HistogramValue(family->rule, hash, moment).member(member);
  return value_of(family->rule, row, hash, moment);
}

void Shape::values(uint64_t target_seed, uint64_t ordinal, std::span<const uint32_t> positions,
                   std::span<double> out) const {
  CHECK(out.size() == positions.size());
  const Moment moment = moment_of(target_seed, ordinal);
  const Family* family = nullptr;
  uint32_t begin = 0;  // positions of the family: [begin, end)
  uint32_t end = 0;
  std::optional<HistogramValue> histogram;
  uint32_t histogram_begin = 0;
  for (size_t i = 0; i < positions.size(); ++i) {
    const uint32_t position = positions[i];
    if (position < begin || position >= end) {
      const size_t index = family_of(position);
      family = &families_[index];
      begin = first_positions_[index];
      end = first_positions_[index + 1];
      histogram.reset();
    }
    if (!family->is_histogram()) {
      out[i] = value_of(family->rule, position - begin, series_hash(target_seed, position), moment);
      continue;
    }
    if (!histogram || position < histogram_begin ||
        position >= histogram_begin + kHistogramSeries) {
      histogram_begin = position - (position - begin) % kHistogramSeries;
      histogram.emplace(family->rule, series_hash(target_seed, histogram_begin), moment);
    }
    out[i] = histogram->member(position - histogram_begin);
  }
}

void Shape::values(uint64_t target_seed, uint64_t ordinal, std::span<double> out) const {
  CHECK(out.size() == size());
  const Moment moment = moment_of(target_seed, ordinal);
  uint32_t position = 0;
  for (const Family& family : families_) {
    for (uint32_t row = 0; row < family.rows; ++row) {
      const uint64_t hash = series_hash(target_seed, position);
      if (!family.is_histogram()) {
        out[position++] = value_of(family.rule, row, hash, moment);
        continue;
      }
      const HistogramValue histogram(family.rule, hash, moment);
      for (uint32_t member = 0; member < kHistogramSeries; ++member) {
        out[position++] = histogram.member(member);
      }
    }
  }
}

}  // namespace pushpull
