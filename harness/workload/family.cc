#include "harness/workload/family.h"

#include "harness/base/check.h"

namespace pushpull {

const char* metric_type_name(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      return "histogram";
  }
  return "untyped";
}

MetricType Family::type() const {
  switch (rule.kind) {
    case ValueRule::Kind::kHistogram:
      return MetricType::kHistogram;
    case ValueRule::Kind::kCounter:
      return MetricType::kCounter;
    default:
      return MetricType::kGauge;
  }
}

std::string Family::series_name(uint32_t member) const {
  if (!is_histogram()) return name;
  if (member < kBuckets) return name + "_bucket";
  return name + (member == kBuckets ? "_sum" : "_count");
}

std::string_view Family::bucket_bound(uint32_t member) const {
  return is_histogram() && member < kBuckets ? kBucketBounds[member] : "";
}

std::vector<Family::LabelRef> Family::labels(uint32_t row) const {
  std::vector<LabelRef> labels;
  for (size_t i = axes.size(); i-- > 0;) {
    const Axis& axis = *axes[i];
    const uint32_t entry = row % axis.size();
    row /= axis.size();
    for (size_t n = 0; n < axis.names.size(); ++n) {
      labels.push_back({axis.names[n], &axis.value(entry, n)});
    }
  }
  return labels;
}

Family family(std::string name, std::string help, ValueRule rule, std::vector<AxisPtr> axes) {
  uint64_t rows = 1;
  for (const AxisPtr& axis : axes) {
    CHECK(!axis->names.empty()) << "an axis of " << name << " names no label";
    rows *= axis->size();
    CHECK(rows <= std::numeric_limits<uint32_t>::max()) << name << " has too many rows";
  }
  return {std::move(name), std::move(help), rule, std::move(axes), static_cast<uint32_t>(rows)};
}

}  // namespace pushpull
