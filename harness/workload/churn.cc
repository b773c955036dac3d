#include "harness/workload/churn.h"

#include <algorithm>

#include "harness/base/check.h"
#include "harness/base/random.h"
#include "harness/workload/name_suffix.h"

namespace pushpull {
namespace {

constexpr uint64_t kMillion = ChurnSpec::kAll;

// Independent draws of one target.
uint64_t draw(uint64_t target_seed, std::string_view what) {
  return Random(target_seed, what).next();
}

}  // namespace

std::vector<PositionRange> changed_positions(const Generations& a, const Generations& b,
                                             uint32_t size) {
  std::vector<PositionRange> changed;
  const auto [low, high] = std::minmax({std::min(a.frontier, size), std::min(b.frontier, size)});
  for (const PositionRange range : {PositionRange{0, low}, {low, high}, {high, size}}) {
    if (range.size() == 0 || a.of(range.begin) == b.of(range.begin)) continue;
    if (!changed.empty() && changed.back().end == range.begin) {
      changed.back().end = range.end;
    } else {
      changed.push_back(range);
    }
  }
  return changed;
}

Churn::Churn(const ChurnSpec& spec, uint64_t target_seed, uint32_t size)
    : spec_(spec), size_(size) {
  CHECK(spec.scrapes > 0 && spec.per_million <= ChurnSpec::kAll && size > 0);
  if (!any()) return;
  phase_ = reduce(draw(target_seed, "churn phase"), spec.scrapes);
  start_ = reduce(draw(target_seed, "churn start"), size * kMillion);
}

Generations Churn::at(uint64_t ordinal) const {
  if (!any()) return {};
  // Whole rounds are taken off before the share is multiplied by the size, so that nothing
  // overflows.
  const uint64_t shares = (ordinal + phase_) / spec_.scrapes * spec_.per_million;
  const uint64_t replaced = (start_ + shares % kMillion * size_) / kMillion;
  const uint64_t rounds = shares / kMillion + replaced / size_;
  return {rounds, static_cast<uint32_t>(replaced % size_)};
}

uint64_t Churn::born(uint32_t row_begin, uint64_t generation) const {
  using Wide = __uint128_t;
  // The first of a row's positions is the one that counts, so `replaced` must exceed it, in the
  // generation's round.
  const Wide needed =
      generation == 0 ? 0 : (Wide(generation - 1) * size_ + row_begin + 1) * kMillion;
  if (needed <= start_) return 0;
  const uint64_t each_time = uint64_t{spec_.per_million} * size_;
  const auto times = static_cast<uint64_t>((needed - start_ + each_time - 1) / each_time);
  return times * spec_.scrapes - phase_;
}

std::string generation_text(uint64_t target_seed, uint64_t generation) {
  std::string text;
  append_name_characters(text, draw(target_seed, "pod template"), 4);
  append_name_suffix(text, generation, mix64(target_seed ^ 1));
  return text;
}

std::optional<uint64_t> generation_of_text(std::string_view text, uint64_t target_seed) {
  return name_suffix_number(text, mix64(target_seed ^ 1));
}

uint64_t generation_seed(uint64_t target_seed, uint64_t generation) {
  return generation == 0 ? target_seed : mix64(target_seed ^ mix64(generation));
}

}  // namespace pushpull
