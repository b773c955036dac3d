#include "harness/workload/kubernetes.h"

#include <array>

#include "harness/base/random.h"
#include "harness/workload/blueprint.h"
#include "harness/workload/kubernetes_plans.h"

namespace pushpull {
namespace {

Blueprint blueprint_of(TargetKind kind, uint32_t size) {
  switch (kind) {
    case TargetKind::kNodeExporter:
      return fit(node_exporter_plan,
                 {"node_unit_enabled", "Units that start with the system.", "unit"}, size);
    case TargetKind::kCadvisor:
      return fit(cadvisor_plan,
                 {"machine_huge_page_pool_info", "Pools of huge pages of the machine.", "pool"},
                 size);
    case TargetKind::kKubeStateMetrics:
      return fit(kube_state_metrics_plan,
                 {"kube_persistentvolume_info", "Information about a volume.", "persistentvolume"},
                 size);
    case TargetKind::kApp:
      break;
  }
  return fit(app_plan, {"app_feature_enabled", "Features that are switched on.", "feature"}, size);
}

}  // namespace

TargetKind kubernetes_kind(uint64_t seed, uint32_t id) {
  using enum TargetKind;
  constexpr std::array<TargetKind, 20> kMix = {
      kApp, kNodeExporter,     kCadvisor, kApp, kNodeExporter, kApp, kCadvisor, kApp, kNodeExporter,
      kApp, kKubeStateMetrics, kCadvisor, kApp, kNodeExporter, kApp, kCadvisor, kApp, kNodeExporter,
      kApp, kCadvisor};
  return kMix[(id % kMix.size() + reduce(mix64(seed), kMix.size())) % kMix.size()];
}

std::shared_ptr<const Shape> kubernetes_shape(TargetKind kind, uint32_t size, bool churning) {
  return std::make_shared<const Shape>(blueprint_of(kind, size), churning);
}

}  // namespace pushpull
