// A shape is what all targets of one kind and size have in common: the metric families with their
// labels and value rules, and the text of the exposition but for slots and values. Memory per
// series is spent here, once, and not in each target.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/workload/churn.h"
#include "harness/workload/family.h"
#include "harness/workload/labels.h"
#include "harness/workload/slot.h"
#include "harness/workload/text_template.h"

namespace pushpull {

// What a profile says about one kind of target.
struct Blueprint {
  std::vector<Slot> slots;
  Axis target_labels;  // one entry: what service discovery attaches
  std::vector<Family> families;
};

// Immutable; any thread.
class Shape {
 public:
  // `churning`: its targets' series carry kGenerationLabel.
  explicit Shape(Blueprint blueprint, bool churning = false);

  uint32_t size() const { return first_positions_.back(); }
  const std::vector<Slot>& slots() const { return slots_; }
  const std::vector<Family>& families() const { return families_; }

  // Positions number the series family by family, row by row, a histogram's in exposition order.
  uint32_t first_position(size_t family) const { return first_positions_[family]; }
  // The end of the row, a series or a histogram, that holds the position before `position`; 0 for
  // 0. Requires: position <= size().
  uint32_t row_end(uint32_t position) const;

  Labels target_labels(const SlotTexts& slots) const;
  // Labels as exposed, but for kGenerationLabel. Requires: position < size().
  Labels labels(uint32_t position, const SlotTexts& slots) const;
  double value(uint64_t target_seed, const Churn& churn, uint32_t position, uint64_t ordinal) const;
  // The values of some series. Quick where positions ascend or stay near each other. Requires:
  // out.size() == positions.size().
  void values(uint64_t target_seed, const Churn& churn, uint64_t ordinal,
              std::span<const uint32_t> positions, std::span<double> out) const;
  // All values, by position. Requires: out.size() == size().
  void values(uint64_t target_seed, const Churn& churn, uint64_t ordinal,
              std::span<double> out) const;
  // Appends the exposition body with these values.
  void expose(const SlotTexts& slots, const GenerationTexts& generations,
              std::span<const double> values, std::string& out) const {
    text_.render(slots, generations, values, out);
  }

 private:
  struct Place {
    const Family* family;
    uint32_t row;
    uint32_t member;  // of the row's histogram
  };
  size_t family_of(uint32_t position) const;
  Place place(uint32_t position) const;
  template <class Fill>
  static void with_rows(uint64_t target_seed, const Churn& churn, uint64_t ordinal, Fill&& fill);
  template <class RowAt>
  void fill_some(std::span<const uint32_t> positions, std::span<double> out, const Moment& moment,
                 RowAt&& row_at) const;
  template <class RowAt>
  void fill(std::span<double> out, const Moment& moment, RowAt&& row_at) const;

  std::vector<Slot> slots_;
  Axis target_labels_;
  std::vector<Family> families_;
  std::vector<uint32_t> first_positions_;  // one per family, and the size
  TextTemplate text_;
};

}  // namespace pushpull
