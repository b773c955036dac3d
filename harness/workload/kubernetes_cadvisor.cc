// A kubelet's cAdvisor: resources of every container, network of every pod. Its series name the
// pods they are about, so its target labels do not.
#include "harness/workload/kubernetes_plans.h"

namespace pushpull {
namespace {

constexpr uint64_t kMega = 1'000'000;

struct Axes {
  AxisPtr container;  // two of each pod
  AxisPtr pod;
};

void add_entry(Axis& axis, std::initializer_list<LabelValue> values) {
  axis.values.insert(axis.values.end(), values);
}

Axes make_axes(Blueprint& blueprint, uint32_t pods) {
  Axis containers, sandboxes;
  containers.names = {"container", "id", "image", "name", "namespace", "pod"};
  sandboxes.names = {"id", "image", "name", "namespace", "pod"};
  for (uint32_t p = 0; p < pods; ++p) {
    const std::string workload = deployment_name(p);
    const LabelValue namespace_name_of_pod{namespace_name(p)};
    const LabelValue pod = add_slot(blueprint, SlotKind::kPod, workload, p);
    const auto container = [&](uint32_t number, Axis& axis, const char* name, std::string image) {
      const LabelValue id =
          add_slot(blueprint, SlotKind::kContainerId, "/kubepods/burstable/cri-", number);
      const LabelValue runtime_name = add_slot(blueprint, SlotKind::kContainerId, "", number);
      if (name != nullptr) axis.values.push_back({name});
      add_entry(axis, {id, {std::move(image)}, runtime_name, namespace_name_of_pod, pod});
    };
    container(3 * p, containers, "main", "registry.example.com/" + workload + ":1.18.2");
    container(3 * p + 1, containers, "proxy", "registry.example.com/mesh/proxy:1.22.1");
    container(3 * p + 2, sandboxes, nullptr, "registry.example.com/pause:3.9");
  }
  return {std::make_shared<const Axis>(std::move(containers)),
          std::make_shared<const Axis>(std::move(sandboxes))};
}

void add_container_families(Blueprint& blueprint, const AxisPtr& container) {
  struct PerContainer {
    const char* name;
    const char* help;
    ValueRule rule;
  };
  constexpr PerContainer kFamilies[] = {
      {"container_cpu_user_seconds_total", "CPU time in user mode.", counter(1, 900, 2)},
      {"container_cpu_system_seconds_total", "CPU time in the kernel.", counter(1, 300, 2)},
      {"container_cpu_cfs_periods_total", "Enforcement periods.", counter(10, 150)},
      {"container_cpu_cfs_throttled_periods_total", "Periods with throttling.",
       counter(1, 20, 0, 70)},
      {"container_cpu_cfs_throttled_seconds_total", "Time throttled.", counter(1, 9000, 4, 70)},
      {"container_memory_working_set_bytes", "Working set.", gauge(5 * kMega, 900 * kMega)},
      {"container_memory_rss_bytes", "Resident set.", gauge(4 * kMega, 800 * kMega)},
      {"container_memory_cache_bytes", "Page cache.", gauge(0, 400 * kMega, 0, 20)},
      {"container_memory_usage_bytes", "All memory.", gauge(6 * kMega, 990 * kMega)},
      {"container_memory_swap_bytes", "Swap.", constant(0)},
      {"container_memory_peak_bytes", "Largest usage seen.", gauge(9 * kMega, 990 * kMega, 0, 90)},
      {"container_memory_limit_hits_total", "Times the limit was hit.", counter(1, 3, 0, 95)},
      {"container_fs_limit_bytes", "Size of the file system.", constant(105'013'870'592)},
      {"container_fs_usage_bytes", "Space used.", gauge(4096, 90 * kMega, 0, 50)},
      {"container_fs_reads_bytes_total", "Bytes read.", counter(4096, 2 * kMega, 0, 60)},
      {"container_fs_writes_bytes_total", "Bytes written.", counter(4096, 2 * kMega, 0, 40)},
      {"container_file_descriptors", "Open file descriptors.", gauge(8, 500)},
      {"container_sockets", "Open sockets.", gauge(0, 90)},
      {"container_threads", "Threads.", gauge(1, 80, 0, 50)},
      {"container_processes", "Processes.", gauge(1, 8, 0, 80)},
      {"container_start_time_seconds", "Start of the container, Unix time.", start_time()},
      {"container_spec_memory_limit_bytes", "Memory limit.",
       gauge(64 * kMega, 1024 * kMega, 0, 100)},
      {"container_spec_cpu_shares", "CPU shares.", gauge(2, 2048, 0, 100)},
      {"container_spec_cpu_quota", "CPU quota.", gauge(10'000, 400'000, 0, 100)},
  };
  blueprint.families.push_back(family("container_cpu_usage_seconds_total", "CPU time.",
                                      counter(1, 1'200'000, 6),
                                      {container, axis("cpu", {"total"})}));
  for (const PerContainer& per_container : kFamilies) {
    blueprint.families.push_back(
        family(per_container.name, per_container.help, per_container.rule, {container}));
  }
  blueprint.families.push_back(family("container_memory_failures_total", "Page faults.",
                                      counter(1, 5000, 0, 50),
                                      {container, axis("failure_type", {"pgfault", "pgmajfault"}),
                                       axis("scope", {"container", "hierarchy"})}));
}

void add_pod_families(Blueprint& blueprint, const AxisPtr& pod) {
  const std::vector<AxisPtr> axes = {pod, axis("interface", {"eth0"})};
  for (const char* direction : {"receive", "transmit"}) {
    const std::string prefix = std::string("container_network_") + direction;
    std::vector<Family>& families = blueprint.families;
    families.push_back(family(prefix + "_bytes_total", "Bytes of the pod's network.",
                              counter(100, 9 * kMega), axes));
    families.push_back(
        family(prefix + "_packets_total", "Packets of the pod's network.", counter(1, 9000), axes));
    families.push_back(
        family(prefix + "_packets_dropped_total", "Packets dropped.", counter(1, 4, 0, 95), axes));
    families.push_back(
        family(prefix + "_errors_total", "Network errors.", counter(1, 4, 0, 98), axes));
  }
}

}  // namespace

Blueprint cadvisor_plan(uint32_t pods) {
  Blueprint plan;
  set_target_labels(plan, "10250");
  plan.target_labels.names.push_back("node");
  plan.target_labels.values.push_back(add_slot(plan, SlotKind::kNode, "worker", 0));
  const Axes axes = make_axes(plan, pods);
  plan.families.push_back(family("machine_cpu_cores", "Logical CPUs.", constant(16)));
  plan.families.push_back(family("machine_memory_bytes", "Memory.", constant(67'436'544'000)));
  add_container_families(plan, axes.container);
  add_pod_families(plan, axes.pod);
  return plan;
}

}  // namespace pushpull
