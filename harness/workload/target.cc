#include "harness/workload/target.h"

#include <utility>

#include "harness/base/random.h"
#include "harness/workload/shape.h"

namespace pushpull {

Target::Target(uint64_t seed, uint32_t id, std::shared_ptr<const Shape> shape,
               const ChurnSpec& churn)
    : seed_(mix64(mix64(seed) ^ id)),
      id_(id),
      shape_(std::move(shape)),
      churn_(churn, seed_, shape_->size()),
      slots_(shape_->slots(), seed_, id),
      target_labels_(shape_->target_labels(slots_)) {}

uint32_t Target::size() const { return shape_->size(); }

std::string Target::path() const { return "/t/" + std::to_string(id_) + "/metrics"; }

Generations Target::generations(uint64_t ordinal) const {
  Generations generations = churn_.at(ordinal);
  generations.frontier = shape_->row_end(generations.frontier);
  return generations;
}

Labels Target::labels(uint32_t position, uint64_t generation) const {
  Labels labels = shape_->labels(position, slots_);
  if (churns()) labels.set(kGenerationLabel, generation_text(seed_, generation));
  return labels;
}

Labels Target::stored_labels(uint32_t position, uint64_t generation) const {
  return with_target_labels(labels(position, generation), target_labels_, false);
}

double Target::value(uint32_t position, uint64_t ordinal) const {
  return shape_->value(seed_, churn_, position, ordinal);
}

void Target::values(uint64_t ordinal, std::span<const uint32_t> positions,
                    std::span<double> out) const {
  shape_->values(seed_, churn_, ordinal, positions, out);
}

void Target::values(uint64_t ordinal, std::vector<double>& out) const {
  out.resize(shape_->size());
  shape_->values(seed_, churn_, ordinal, out);
}

void Target::expose(uint64_t ordinal, std::string& out) const {
  std::vector<double> numbers;
  values(ordinal, numbers);
  GenerationTexts texts;
  if (churns()) {
    const Generations now = generations(ordinal);
    texts = {now.frontier, generation_text(seed_, now.older),
             generation_text(seed_, now.older + 1)};
  }
  shape_->expose(slots_, texts, numbers, out);
}

}  // namespace pushpull
