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

// `seed` is that of the row's generation; the position is that of the row's first series.
uint64_t row_hash(uint64_t seed, uint64_t position) { return mix64(seed + position); }

// The counters of a new generation start again from zero.
Moment since_birth(const Moment& moment, const Churn& churn, uint32_t row_begin,
                   uint64_t generation) {
  const uint64_t born = churn.born(row_begin, generation);
  return born == 0 ? moment : Moment{moment.ordinal, std::min(moment.age, moment.ordinal - born)};
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

Shape::Shape(Blueprint blueprint, bool churning)
    : slots_(std::move(blueprint.slots)),
      target_labels_(std::move(blueprint.target_labels)),
      families_(std::move(blueprint.families)),
      first_positions_(first_positions(families_)),
      text_(families_, churning) {
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

uint32_t Shape::row_end(uint32_t position) const {
  if (position == 0) return 0;
  const auto [family, row, member] = place(position - 1);
  return position - 1 - member + family->series_per_row();
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

double Shape::value(uint64_t target_seed, const Churn& churn, uint32_t position,
                    uint64_t ordinal) const {
  const auto [family, row, member] = place(position);
  const uint32_t begin = position - member;
  const uint64_t generation = churn.at(ordinal).of(begin);
  const uint64_t hash = row_hash(generation_seed(target_seed, generation), begin);
  Moment moment = moment_of(target_seed, ordinal);
  if (generation > 0) moment = since_birth(moment, churn, begin, generation);
  if (family->is_histogram()) return HistogramValue(family->rule, hash, moment).member(member);
  return value_of(family->rule, row, hash, moment);
}

// Answers `fill(moment, row_at)`: the moment of the scrape, and a function that gives the hash of
// the row that begins at a position. That function may change the moment it is given, which begins
// as the scrape's, to the row's own.
template <class Fill>
void Shape::with_rows(uint64_t target_seed, const Churn& churn, uint64_t ordinal, Fill&& fill) {
  const Moment moment = moment_of(target_seed, ordinal);
  if (!churn.any()) {
    return fill(moment,
                [&](uint32_t begin, Moment& /*now*/) { return row_hash(target_seed, begin); });
  }
  const Generations generations = churn.at(ordinal);
  const uint64_t older = generation_seed(target_seed, generations.older);
  const uint64_t newer = generation_seed(target_seed, generations.older + 1);
  fill(moment, [&](uint32_t begin, Moment& now) {
    const uint64_t generation = generations.of(begin);
    now = generation == 0 ? moment : since_birth(moment, churn, begin, generation);
    return row_hash(generation == generations.older ? older : newer, begin);
  });
}

template <class RowAt>
void Shape::fill_some(std::span<const uint32_t> positions, std::span<double> out,
                      const Moment& moment, RowAt&& row_at) const {
  Moment now = moment;
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
      const uint64_t hash = row_at(position, now);
      out[i] = value_of(family->rule, position - begin, hash, now);
      continue;
    }
    if (!histogram || position < histogram_begin ||
        position >= histogram_begin + kHistogramSeries) {
      histogram_begin = position - (position - begin) % kHistogramSeries;
      const uint64_t hash = row_at(histogram_begin, now);
      histogram.emplace(family->rule, hash, now);
    }
    out[i] = histogram->member(position - histogram_begin);
  }
}

template <class RowAt>
void Shape::fill(std::span<double> out, const Moment& moment, RowAt&& row_at) const {
  Moment now = moment;
  uint32_t position = 0;
  for (const Family& family : families_) {
    for (uint32_t row = 0; row < family.rows; ++row) {
      const uint64_t hash = row_at(position, now);
      if (!family.is_histogram()) {
        out[position++] = value_of(family.rule, row, hash, now);
        continue;
      }
      const HistogramValue histogram(family.rule, hash, now);
      for (uint32_t member = 0; member < kHistogramSeries; ++member) {
        out[position++] = histogram.member(member);
      }
    }
  }
}

void Shape::values(uint64_t target_seed, const Churn& churn, uint64_t ordinal,
                   std::span<const uint32_t> positions, std::span<double> out) const {
  CHECK(out.size() == positions.size());
  with_rows(target_seed, churn, ordinal, [&](const Moment& moment, auto&& row_at) {
    fill_some(positions, out, moment, row_at);
  });
}

void Shape::values(uint64_t target_seed, const Churn& churn, uint64_t ordinal,
                   std::span<double> out) const {
  CHECK(out.size() == size());
  with_rows(target_seed, churn, ordinal,
            [&](const Moment& moment, auto&& row_at) { fill(out, moment, row_at); });
}

}  // namespace pushpull
