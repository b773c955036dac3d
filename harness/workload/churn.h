// Churn: which series of a target are replaced by new ones, and when. A rolling deployment goes
// through the target without an end, position by position: what it has passed is of the next
// generation and carries another pod template hash. So at any scrape there are two generations at
// most, one below a frontier and one above, and the number of series never changes.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushpull {

struct ChurnSpec {
  static constexpr uint32_t kAll = 1'000'000;
  uint32_t per_million = 0;  // share of a target's series replaced each time; 0: none ever
  uint32_t scrapes = 1;      // from one time to the next; at least 1
  bool any() const { return per_million > 0; }
};

// The generations of a target's series at one scrape.
struct Generations {
  uint64_t older = 0;
  uint32_t frontier = 0;  // positions below it are one generation further

  uint64_t of(uint32_t position) const { return older + (position < frontier ? 1 : 0); }
  auto operator<=>(const Generations&) const = default;  // by age
};

// Positions begin … end-1.
struct PositionRange {
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t size() const { return end - begin; }
  bool operator==(const PositionRange&) const = default;
};

// The positions below `size` that are not of the same generation in both, ascending; neighbours are
// joined.
std::vector<PositionRange> changed_positions(const Generations& a, const Generations& b,
                                             uint32_t size);

// The churn of one target. Immutable; any thread.
class Churn {
 public:
  // Where the frontier stands at first and at which scrapes it moves depend on the target's seed.
  // Requires: spec.scrapes > 0, spec.per_million <= ChurnSpec::kAll.
  Churn(const ChurnSpec& spec, uint64_t target_seed, uint32_t size);

  bool any() const { return spec_.any(); }
  // The frontier as the share has it; rows are replaced whole, see Shape::row_end().
  Generations at(uint64_t ordinal) const;
  // The first scrape that has this generation of the row that begins at `row_begin`; 0 for those
  // that are older than the run. Requires: any().
  uint64_t born(uint32_t row_begin, uint64_t generation) const;

 private:
  ChurnSpec spec_;
  uint32_t size_;
  uint64_t phase_ = 0;  // scrapes that the current time had gone by before scrape 0
  uint64_t start_ = 0;  // where the frontier stood, in millionths of a series
};

// The label that tells generations apart in a workload that churns.
inline constexpr std::string_view kGenerationLabel = "pod_template_hash";
// Its text: nine letters and digits, different for each generation of a target.
std::string generation_text(uint64_t target_seed, uint64_t generation);
// The generation whose text ends like `text`; a candidate only: the rest is not looked at.
std::optional<uint64_t> generation_of_text(std::string_view text, uint64_t target_seed);

// What the values of a generation are drawn from: the target's seed for the first.
uint64_t generation_seed(uint64_t target_seed, uint64_t generation);

}  // namespace pushpull
