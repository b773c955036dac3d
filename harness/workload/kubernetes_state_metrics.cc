// kube-state-metrics: the cluster's objects as state. One unit is a deployment with its one pod.
// Its series name the namespaces and pods they are about, so its target labels do not.
#include "harness/workload/kubernetes_plans.h"

namespace pushpull {
namespace {

struct Axes {
  AxisPtr deployment;
  AxisPtr pod;
  AxisPtr pod_info;
  AxisPtr container;
};

Axes make_axes(Blueprint& blueprint, uint32_t workloads) {
  Axis deployments, pods, infos, containers;
  deployments.names = {"namespace", "deployment"};
  pods.names = {"namespace", "pod", "uid"};
  infos.names = {"namespace",       "pod",          "uid",     "created_by_kind",
                 "created_by_name", "host_network", "host_ip", "node"};
  containers.names = {"namespace", "pod", "uid", "container"};
  for (uint32_t w = 0; w < workloads; ++w) {
    const std::string workload = deployment_name(w);
    const LabelValue in_namespace{namespace_name(w)};
    const LabelValue pod = add_slot(blueprint, SlotKind::kPod, workload, w);
    const LabelValue uid = add_slot(blueprint, SlotKind::kUid, "", w);
    const LabelValue address{"10.40.0." + std::to_string(w % 250)};
    const LabelValue node{"worker-" + std::to_string(w % 250)};
    for (const LabelValue& value : {in_namespace, LabelValue{workload}}) {
      deployments.values.push_back(value);
    }
    for (Axis* axis : {&pods, &infos, &containers}) {
      for (const LabelValue& value : {in_namespace, pod, uid}) axis->values.push_back(value);
    }
    for (const LabelValue& value : {LabelValue{"ReplicaSet"}, LabelValue{workload + "-6f9b7c4d8"},
                                    LabelValue{"false"}, address, node}) {
      infos.values.push_back(value);
    }
    containers.values.push_back({"main"});
  }
  const auto share = [](Axis& axis) { return std::make_shared<const Axis>(std::move(axis)); };
  return {share(deployments), share(pods), share(infos), share(containers)};
}

void add_cluster_families(Blueprint& blueprint) {
  const AxisPtr node = numbered_axis("node", "worker-", 3);
  const AxisPtr status = axis("status", {"true", "false", "unknown"});
  const AxisPtr resource = axis("resource", {"cpu", "memory", "pods", "ephemeral_storage"});
  std::vector<Family>& families = blueprint.families;
  families.push_back(
      family("kube_node_info", "Information about a node.", constant(1),
             {node, fixed_labels({{"container_runtime_version", "containerd://1.7.13"},
                                  {"kernel_version", "6.1.0-18-amd64"},
                                  {"kubelet_version", "v1.29.4"},
                                  {"os_image", "Debian GNU/Linux 12 (bookworm)"}})}));
  families.push_back(family("kube_node_status_condition", "Condition of a node.", first_of(3),
                            {node,
                             axis("condition", {"Ready", "MemoryPressure", "DiskPressure",
                                                "PIDPressure", "NetworkUnavailable"}),
                             status}));
  families.push_back(family("kube_node_status_capacity", "Resources of a node.",
                            gauge(16, 68'000'000'000, 0, 100), {node, resource}));
  families.push_back(family("kube_node_status_allocatable", "Resources left for pods.",
                            gauge(15, 66'000'000'000, 0, 100), {node, resource}));
  families.push_back(family("kube_namespace_status_phase", "Phase of a namespace.", first_of(2),
                            {axis("namespace", {"shop", "payments", "kube-system", "monitoring"}),
                             axis("phase", {"Active", "Terminating"})}));
}

void add_deployment_families(Blueprint& blueprint, const AxisPtr& deployment) {
  struct PerDeployment {
    const char* name;
    const char* help;
    ValueRule rule;
  };
  constexpr PerDeployment kFamilies[] = {
      {"kube_deployment_created", "Creation, Unix time.", start_time()},
      {"kube_deployment_spec_replicas", "Replicas wanted.", constant(1)},
      {"kube_deployment_spec_paused", "Whether it is paused.", constant(0)},
      {"kube_deployment_status_replicas", "Replicas.", constant(1)},
      {"kube_deployment_status_replicas_ready", "Replicas ready.", constant(1)},
      {"kube_deployment_status_replicas_available", "Replicas available.", constant(1)},
      {"kube_deployment_status_replicas_updated", "Replicas up to date.", constant(1)},
      {"kube_deployment_metadata_generation", "Generation wanted.", gauge(1, 90, 0, 100)},
      {"kube_deployment_status_observed_generation", "Generation seen.", gauge(1, 90, 0, 100)},
  };
  for (const PerDeployment& per : kFamilies) {
    blueprint.families.push_back(family(per.name, per.help, per.rule, {deployment}));
  }
  blueprint.families.push_back(family("kube_deployment_status_condition",
                                      "Condition of a deployment.", first_of(3),
                                      {deployment, axis("condition", {"Available", "Progressing"}),
                                       axis("status", {"true", "false", "unknown"})}));
}

void add_pod_families(Blueprint& blueprint, const Axes& axes) {
  const AxisPtr condition = axis("condition", {"true", "false", "unknown"});
  std::vector<Family>& families = blueprint.families;
  families.push_back(
      family("kube_pod_info", "Information about a pod.", constant(1), {axes.pod_info}));
  families.push_back(family("kube_pod_created", "Creation, Unix time.", start_time(), {axes.pod}));
  families.push_back(family("kube_pod_start_time", "Start, Unix time.", start_time(), {axes.pod}));
  families.push_back(
      family("kube_pod_status_phase", "Phase of a pod.", first_of(5),
             {axes.pod, axis("phase", {"Running", "Pending", "Succeeded", "Failed", "Unknown"})}));
  families.push_back(family("kube_pod_status_ready", "Whether a pod is ready.", first_of(3),
                            {axes.pod, condition}));
  families.push_back(family("kube_pod_status_scheduled", "Whether a pod is scheduled.", first_of(3),
                            {axes.pod, condition}));
}

void add_container_families(Blueprint& blueprint, const AxisPtr& container) {
  std::vector<Family>& families = blueprint.families;
  families.push_back(family("kube_pod_container_status_ready", "Whether a container is ready.",
                            constant(1), {container}));
  families.push_back(family("kube_pod_container_status_running", "Whether a container runs.",
                            constant(1), {container}));
  families.push_back(family("kube_pod_container_status_restarts_total", "Restarts of a container.",
                            counter(1, 1, 0, 95), {container}));
  const std::vector<AxisPtr> by_resource = {container, axis("resource", {"cpu", "memory"})};
  families.push_back(family("kube_pod_container_resource_requests", "Resources asked for.",
                            gauge(1, 2'000'000'000, 1, 100), by_resource));
  families.push_back(family("kube_pod_container_resource_limits", "Resources at most.",
                            gauge(1, 4'000'000'000, 1, 100), by_resource));
}

}  // namespace

Blueprint kube_state_metrics_plan(uint32_t workloads) {
  Blueprint plan;
  set_target_labels(plan, "8080");
  const Axes axes = make_axes(plan, workloads);
  add_runtime_families(plan);
  add_cluster_families(plan);
  add_deployment_families(plan, axes.deployment);
  add_pod_families(plan, axes);
  add_container_families(plan, axes.container);
  return plan;
}

}  // namespace pushpull
