#include "harness/workload/workload.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "harness/base/check.h"
#include "harness/workload/kubernetes.h"

namespace pushpull {
namespace {

// What instance addresses can tell apart.
constexpr uint64_t kMaxTargets = uint64_t{256 - 42} << 16;

Status validate(const WorkloadSpec& spec) {
  if (spec.labels != "kubernetes") {
    return Error{"unknown labels profile '" + spec.labels + "': use kubernetes"};
  }
  if (spec.leaves == 0 || spec.targets == 0) {
    return Error{"a workload needs at least one leaf and one target per leaf"};
  }
  if (spec.series < spec.targets) {
    return Error{std::to_string(spec.series) + " series cannot be spread over " +
                 std::to_string(spec.targets) + " targets: each needs at least one"};
  }
  const uint64_t targets = uint64_t{spec.leaves} * spec.targets;
  if (targets > kMaxTargets) {
    return Error{std::to_string(targets) + " targets are more than the " +
                 std::to_string(kMaxTargets) + " that have an address: use fewer, larger ones"};
  }
  if (spec.series / spec.targets >= std::numeric_limits<uint32_t>::max()) {
    return Error{std::to_string(spec.series / spec.targets) +
                 " series per target are too many: use more targets"};
  }
  if (spec.churn.per_million > ChurnSpec::kAll || spec.churn.scrapes == 0) {
    return Error{"churn replaces at most all series each time, every scrape at most"};
  }
  return {};
}

// Shapes by kind and size, each made once.
class Shapes {
 public:
  explicit Shapes(bool churning) : churning_(churning) {}
  std::shared_ptr<const Shape> get(TargetKind kind, uint32_t size) {
    std::shared_ptr<const Shape>& shape = shapes_[{kind, size}];
    if (shape == nullptr) shape = kubernetes_shape(kind, size, churning_);
    return shape;
  }

 private:
  bool churning_;
  std::map<std::pair<TargetKind, uint32_t>, std::shared_ptr<const Shape>> shapes_;
};

}  // namespace

Result<Workload> Workload::make(const WorkloadSpec& spec) {
  if (const Status valid = validate(spec); !valid) return valid.error();
  Workload workload;
  workload.leaves_ = spec.leaves;
  workload.series_ = spec.leaves * spec.series;
  const uint32_t count = spec.leaves * spec.targets;
  workload.targets_.reserve(count);
  workload.by_instance_.reserve(count);
  Shapes shapes(spec.churn.any());
  for (uint32_t id = 0; id < count; ++id) {
    const bool larger = id % spec.targets < spec.series % spec.targets;
    const auto size = static_cast<uint32_t>(spec.series / spec.targets + (larger ? 1 : 0));
    const TargetKind kind = kubernetes_kind(spec.seed, id);
    const Target& target =
        workload.targets_.emplace_back(spec.seed, id, shapes.get(kind, size), spec.churn);
    workload.by_instance_.emplace(target.target_labels().get("instance"), id);
  }
  return workload;
}

std::span<const Target> Workload::targets_of(uint32_t leaf) const {
  CHECK(leaf < leaves_);
  const size_t per_leaf = targets_.size() / leaves_;
  return targets().subspan(leaf * per_leaf, per_leaf);
}

const Target& Workload::target(uint32_t id) const {
  CHECK(id < targets_.size());
  return targets_[id];
}

std::optional<uint32_t> Workload::target_of(std::string_view instance) const {
  const auto at = by_instance_.find(std::string(instance));
  if (at == by_instance_.end()) return std::nullopt;
  return at->second;
}

std::optional<SeriesPlace> Workload::place_of(uint32_t id, const Labels& stored) const {
  const Target& of = target(id);
  std::unique_ptr<ShapeIndex>& index = indexes_[&of.shape()];
  if (index == nullptr) index = std::make_unique<ShapeIndex>(of.shape());
  const std::optional<uint32_t> position = index->candidate(stored, of.seed());
  if (!position) return std::nullopt;
  SeriesPlace place{*position, 0};
  if (of.churns()) {
    const auto generation = generation_of_text(stored.get(kGenerationLabel), of.seed());
    if (!generation) return std::nullopt;
    place.generation = *generation;
  }
  const Labels expected = of.stored_labels(place.position, place.generation);
  const bool same = std::ranges::all_of(
      expected, [&](const Label& label) { return stored.get(label.name) == label.value; });
  if (!same) return std::nullopt;
  return place;
}

}  // namespace pushpull
