#include "harness/workload/kubernetes_plans.h"

#include <array>
#include <string_view>

namespace pushpull {

std::string deployment_name(uint32_t index) {
  constexpr std::array<std::string_view, 24> kNames = {
      "checkout",      "cart",      "catalogue", "payment-gateway", "user-profile",  "search",
      "recommender",   "inventory", "shipping",  "email-sender",    "ingress",       "coredns",
      "image-resizer", "billing",   "auth",      "session-store",   "feature-flags", "audit-log",
      "pricing",       "reviews",   "warehouse", "notification",    "frontend",      "ad-server"};
  std::string name(kNames[index % kNames.size()]);
  if (index >= kNames.size()) name += "-" + std::to_string(index / kNames.size());
  return name;
}

std::string namespace_name(uint32_t index) {
  constexpr std::array<std::string_view, 8> kNames = {
      "shop", "payments", "kube-system", "monitoring", "logistics", "identity", "data", "web"};
  return std::string(kNames[index % kNames.size()]);
}

void add_runtime_families(Blueprint& blueprint) {
  struct Scalar {
    const char* name;
    const char* help;
    ValueRule rule;
  };
  constexpr uint64_t kMega = 1'000'000;
  constexpr Scalar kScalars[] = {
      {"process_cpu_seconds_total", "CPU time used, user and system.", counter(1, 1500, 2)},
      {"process_resident_memory_bytes", "Resident memory.", gauge(20 * kMega, 900 * kMega)},
      {"process_virtual_memory_bytes", "Virtual memory.", gauge(700 * kMega, 3000 * kMega)},
      {"process_open_fds", "Open file descriptors.", gauge(8, 400)},
      {"process_max_fds", "Limit of open file descriptors.", constant(1'048'576)},
      {"process_start_time_seconds", "Start of the process, Unix time.", start_time()},
      {"go_goroutines", "Goroutines that exist.", gauge(8, 900)},
      {"go_threads", "Operating system threads.", gauge(6, 40, 0, 80)},
      {"go_gc_cycles_total", "Completed garbage collections.", counter(1, 4)},
      {"go_gc_pause_seconds_total", "Time the world was stopped.", counter(1, 900, 6)},
      {"go_memstats_alloc_bytes", "Bytes of live heap objects.", gauge(4 * kMega, 600 * kMega)},
      {"go_memstats_alloc_bytes_total", "Bytes ever allocated.", counter(kMega, 90 * kMega)},
      {"go_memstats_mallocs_total", "Objects ever allocated.", counter(10'000, kMega)},
      {"go_memstats_frees_total", "Objects ever freed.", counter(10'000, kMega)},
      {"go_memstats_sys_bytes", "Bytes taken from the system.", gauge(30 * kMega, 900 * kMega)},
      {"go_memstats_heap_idle_bytes", "Heap bytes not in use.", gauge(kMega, 200 * kMega)},
      {"go_memstats_heap_inuse_bytes", "Heap bytes in use.", gauge(5 * kMega, 600 * kMega)},
      {"go_memstats_heap_released_bytes", "Heap bytes given back.", gauge(0, 100 * kMega, 0, 30)},
      {"go_memstats_heap_sys_bytes", "Heap bytes taken.", gauge(30 * kMega, 800 * kMega, 0, 60)},
      {"go_memstats_heap_objects", "Live heap objects.", gauge(20'000, 4 * kMega)},
      {"go_memstats_stack_inuse_bytes", "Stack bytes in use.", gauge(500'000, 9 * kMega)},
      {"go_memstats_next_gc_bytes", "Heap size that starts a collection.",
       gauge(8 * kMega, 900 * kMega, 0, 20)},
      {"go_memstats_lookups_total", "Pointer lookups.", counter(1, 1, 0, 100)},
  };
  for (const Scalar& scalar : kScalars) {
    blueprint.families.push_back(family(scalar.name, scalar.help, scalar.rule));
  }
  blueprint.families.push_back(family("go_info", "Version of the Go runtime.", constant(1),
                                      {fixed_labels({{"version", "go1.22.5"}})}));
}

void set_target_labels(Blueprint& blueprint, const std::string& port) {
  Axis& labels = blueprint.target_labels;
  labels.names = {"job", "instance"};
  labels.values = {{"bench"}, add_slot(blueprint, SlotKind::kInstance, ":" + port, 0)};
}

void set_pod_target_labels(Blueprint& blueprint, const std::string& port,
                           const std::string& in_namespace, const std::string& workload) {
  set_target_labels(blueprint, port);
  Axis& labels = blueprint.target_labels;
  for (const char* name : {"namespace", "container", "pod", "node"}) labels.names.push_back(name);
  labels.values.push_back({in_namespace});
  labels.values.push_back({workload});
  labels.values.push_back(add_slot(blueprint, SlotKind::kPod, workload, 0));
  labels.values.push_back(add_slot(blueprint, SlotKind::kNode, "worker", 0));
}

}  // namespace pushpull
