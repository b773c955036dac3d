#include "harness/workload/shape.h"

#include <algorithm>
#include <limits>

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

Shape::Place Shape::place(uint32_t position) const {
  CHECK(position < size()) << "position " << position << " of " << size();
  const auto after = std::ranges::upper_bound(first_positions_, position);
  const auto index = static_cast<size_t>(after - first_positions_.begin()) - 1;
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

// `row_at(position, now)` answers with the hash of the row that begins there; it may change `now`,
// which begins as the moment of the scrape, to the row's own.
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
                   std::span<double> out) const {
  CHECK(out.size() == size());
  const Moment moment = moment_of(target_seed, ordinal);
  if (!churn.any()) {
    return fill(out, moment,
                [&](uint32_t begin, Moment& /*now*/) { return row_hash(target_seed, begin); });
  }
  const Generations generations = churn.at(ordinal);
  const uint64_t older = generation_seed(target_seed, generations.older);
  const uint64_t newer = generation_seed(target_seed, generations.older + 1);
  fill(out, moment, [&](uint32_t begin, Moment& now) {
    const uint64_t generation = generations.of(begin);
    now = generation == 0 ? moment : since_birth(moment, churn, begin, generation);
    return row_hash(generation == generations.older ? older : newer, begin);
  });
}

}  // namespace pushpull
