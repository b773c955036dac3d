// The plans of the kubernetes profile, one per kind of target, and what they share. Private to the
// profile.
#pragma once

#include <cstdint>
#include <string>

#include "harness/workload/blueprint.h"

namespace pushpull {

Blueprint app_plan(uint32_t routes);
Blueprint node_exporter_plan(uint32_t devices);
Blueprint cadvisor_plan(uint32_t pods);
Blueprint kube_state_metrics_plan(uint32_t workloads);

// Names of deployments and namespaces, different for each of the first 24 and 8 indices; deployment
// names stay unique after that.
std::string deployment_name(uint32_t index);
std::string namespace_name(uint32_t index);

// Go runtime and process families, which every exporter written in Go has.
void add_runtime_families(Blueprint& blueprint);

// Target labels job and instance; and, of a pod's own endpoint, namespace, pod, container and node.
void set_target_labels(Blueprint& blueprint, const std::string& port);
void set_pod_target_labels(Blueprint& blueprint, const std::string& port,
                           const std::string& in_namespace, const std::string& workload);

}  // namespace pushpull
