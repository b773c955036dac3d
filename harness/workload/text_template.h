// The exposition of a shape with holes for slots and values: rendering is a copy of literal pieces
// and a number per sample.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "harness/workload/churn.h"
#include "harness/workload/family.h"
#include "harness/workload/slot.h"

namespace pushpull {

// The texts of kGenerationLabel at one scrape: positions below the frontier have the newer one.
struct GenerationTexts {
  uint32_t frontier = 0;
  std::string older;
  std::string newer;
};

// Immutable; any thread.
class TextTemplate {
 public:
  // `churning`: every series carries kGenerationLabel.
  explicit TextTemplate(std::span<const Family> families, bool churning = false);

  // Appends the body, text format 0.0.4, with the values in order of the series. Requires: as many
  // values as series, slots of the shape.
  void render(const SlotTexts& slots, const GenerationTexts& generations,
              std::span<const double> values, std::string& out) const;

 private:
  static constexpr uint32_t kValue = LabelValue::kNoSlot;
  static constexpr uint32_t kGeneration = kValue - 1;
  // The next `literal` bytes of the literals, then a slot, a generation's text or the next value.
  struct Step {
    uint32_t literal;
    uint32_t hole;
  };

  void add_header(const Family& family);
  void add_row(const Family& family, uint32_t row, bool churning);
  void add_series(const std::string& name, const std::vector<Family::LabelRef>& labels,
                  std::string_view bound);
  void add_hole(uint32_t hole);

  std::string literals_;
  std::vector<Step> steps_;
  size_t series_ = 0;
  size_t next_literal_ = 0;  // while building: where the literal of the next step begins
};

}  // namespace pushpull
