#include "harness/measure/workload_series.h"

namespace pushpull {

SeriesId WorkloadSeries::find(const Labels& labels) const {
  const auto target = workload_.target_of(labels.get("instance"));
  if (!target) return {};
  // The series that Prometheus adds to each target; no target of the workload exposes such names.
  const std::string_view name = labels.metric_name();
  if (name == "up" || name.starts_with("scrape_")) {
    return {SeriesId::Kind::kLeafMade, *target, 0};
  }
  const auto place = workload_.place_of(*target, labels);
  if (!place) return {};
  return {SeriesId::Kind::kWorkload, *target, place->position,
          static_cast<uint32_t>(place->generation)};
}

bool WorkloadSeries::has(const SeriesId& series, uint64_t ordinal) const {
  const Target& target = workload_.target(series.target);
  return !target.churns() || target.generations(ordinal).of(series.position) == series.generation;
}

void WorkloadSeries::values(uint32_t target, uint64_t ordinal, std::span<const uint32_t> positions,
                            std::span<double> out) const {
  workload_.target(target).values(ordinal, positions, out);
}

}  // namespace pushpull
