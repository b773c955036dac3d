// The kubernetes profile: a cluster's targets as Prometheus finds them. Names, label counts (3 … 15
// with the target's) and lengths follow what the real exporters expose; names keep to the lint
// rules of promtool.
#pragma once

#include <cstdint>
#include <memory>

#include "harness/workload/shape.h"

namespace pushpull {

enum class TargetKind : uint8_t { kApp, kNodeExporter, kCadvisor, kKubeStateMetrics };

// Of any 20 targets with consecutive ids 9 are applications, 5 node exporters, 5 cAdvisors and one
// is a kube-state-metrics; the seed decides which.
TargetKind kubernetes_kind(uint64_t seed, uint32_t id);

// A shape of exactly `size` series: as many routes, devices or pods as fit, and the rest made up
// with one family of single series. `churning` as Shape has it. Requires: size > 0.
std::shared_ptr<const Shape> kubernetes_shape(TargetKind kind, uint32_t size,
                                              bool churning = false);

}  // namespace pushpull
