#include "harness/workload/target.h"

#include <utility>

#include "harness/base/random.h"
#include "harness/workload/shape.h"

namespace pushpull {

Target::Target(uint64_t seed, uint32_t id, std::shared_ptr<const Shape> shape)
    : seed_(mix64(mix64(seed) ^ id)),
      id_(id),
      shape_(std::move(shape)),
      slots_(shape_->slots(), seed_, id),
      target_labels_(shape_->target_labels(slots_)) {}

uint32_t Target::size() const { return shape_->size(); }

std::string Target::path() const { return "/t/" + std::to_string(id_) + "/metrics"; }

Labels Target::labels(uint32_t position) const { return shape_->labels(position, slots_); }

Labels Target::stored_labels(uint32_t position) const {
  return with_target_labels(labels(position), target_labels_, false);
}

double Target::value(uint32_t position, uint64_t ordinal) const {
  return shape_->value(seed_, position, ordinal);
}

void Target::values(uint64_t ordinal, std::span<const uint32_t> positions,
                    std::span<double> out) const {
  shape_->values(seed_, ordinal, positions, out);
}

void Target::values(uint64_t ordinal, std::vector<double>& out) const {
  out.resize(shape_->size());
  shape_->values(seed_, ordinal, out);
}

void Target::expose(uint64_t ordinal, std::string& out) const {
  std::vector<double> numbers;
  values(ordinal, numbers);
  shape_->expose(slots_, numbers, out);
}

}  // namespace pushpull
