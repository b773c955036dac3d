// A node exporter. One unit is a CPU, a disk, a file system and a network interface.
#include <string_view>

#include "harness/workload/kubernetes_plans.h"

namespace pushpull {
namespace {

constexpr uint64_t kGiga = 1'000'000'000;

// Families <prefix><field><suffix>, all alike.
void add_fields(Blueprint& blueprint, std::string_view prefix, std::string_view suffix,
                std::string_view help, const ValueRule& rule,
                std::initializer_list<std::string_view> fields,
                const std::vector<AxisPtr>& axes = {}) {
  for (const std::string_view field : fields) {
    std::string name(prefix);
    name.append(field).append(suffix);
    std::string text(help);
    text.append(" ").append(field).append(".");
    blueprint.families.push_back(family(std::move(name), std::move(text), rule, axes));
  }
}

void add_host_families(Blueprint& blueprint) {
  std::vector<Family>& families = blueprint.families;
  families.push_back(family("node_boot_time_seconds", "Boot, Unix time.", start_time()));
  families.push_back(family("node_uname_info", "What uname says.", constant(1),
                            {fixed_labels({{"domainname", "(none)"},
                                           {"machine", "x86_64"},
                                           {"nodename", "worker"},
                                           {"release", "6.1.0-18-amd64"},
                                           {"sysname", "Linux"},
                                           {"version", "#1 SMP PREEMPT_DYNAMIC Debian"}})}));
  add_fields(blueprint, "node_load", "", "Load average over minutes:", gauge(2, 3200, 2),
             {"1", "5", "15"});
  add_fields(blueprint, "node_memory_", "_bytes",
             "Memory of the host:", gauge(kGiga / 50, 60 * kGiga),
             {"mem_free",
              "mem_available",
              "buffers",
              "cached",
              "active",
              "inactive",
              "active_anon",
              "inactive_anon",
              "active_file",
              "inactive_file",
              "dirty",
              "anon_pages",
              "mapped",
              "shmem",
              "slab",
              "slab_reclaimable",
              "slab_unreclaimable",
              "kernel_stack",
              "page_tables",
              "committed_as"});
  add_fields(blueprint, "node_memory_", "_bytes",
             "Memory of the host:", gauge(0, 64 * kGiga, 0, 100),
             {"mem_total", "swap_total", "swap_free", "commit_limit", "vmalloc_total",
              "hugepage_size", "hardware_corrupted", "writeback"});
  add_fields(blueprint, "node_vmstat_", "_total",
             "Virtual memory events:", counter(1, 90'000, 0, 25),
             {"page_faults", "major_page_faults", "pages_in", "pages_out", "swaps_in", "swaps_out",
              "oom_kills"});
  add_fields(blueprint, "node_netstat_", "_total", "Network events:", counter(1, 20'000, 0, 35),
             {"ip_forwarded", "icmp_in_messages", "icmp_in_errors", "icmp_out_messages",
              "tcp_active_opens", "tcp_passive_opens", "tcp_in_segments", "tcp_out_segments",
              "tcp_retransmitted_segments", "tcp_in_errors", "tcp_resets_sent", "tcp_listen_drops",
              "tcp_listen_overflows", "udp_in_datagrams", "udp_out_datagrams", "udp_in_errors",
              "udp_no_ports"});
  add_fields(blueprint, "node_sockstat_", "", "Sockets:", gauge(0, 900),
             {"sockets_used", "tcp_inuse", "tcp_orphan", "tcp_time_wait", "tcp_allocated",
              "udp_inuse", "raw_inuse"});
  add_fields(blueprint, "node_", "_total", "Since boot:", counter(100, 400'000),
             {"context_switches", "interrupts", "forks"});
  add_fields(blueprint, "node_procs_", "", "Processes:", gauge(0, 12), {"running", "blocked"});
}

void add_cpu_families(Blueprint& blueprint, uint32_t cpus) {
  const AxisPtr cpu = numbered_axis("cpu", "", cpus);
  std::vector<Family>& families = blueprint.families;
  families.push_back(family(
      "node_cpu_seconds_total", "Time that CPUs spent in each mode.", counter(1, 1200, 2, 25),
      {cpu,
       axis("mode", {"idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"})}));
  families.push_back(family("node_cpu_guest_seconds_total", "Time that CPUs spent on guests.",
                            counter(1, 10, 2, 95), {cpu, axis("mode", {"nice", "user"})}));
  add_fields(blueprint, "node_schedstat_", "_seconds_total",
             "Time of tasks on a CPU:", counter(1000, 9'000'000, 6), {"running", "waiting"}, {cpu});
  families.push_back(family("node_cpu_scaling_frequency_hertz", "Frequency of a CPU.",
                            gauge(800'000'000, 3'700'000'000), {cpu}));
}

void add_disk_families(Blueprint& blueprint, uint32_t disks) {
  const AxisPtr device = numbered_axis("device", "nvme0n", disks);
  add_fields(blueprint, "node_disk_", "_total", "Of a disk:", counter(1, 9000, 0, 20),
             {"reads_completed", "reads_merged", "writes_completed", "writes_merged",
              "discards_completed", "discards_merged", "flush_requests"},
             {device});
  add_fields(blueprint, "node_disk_", "_bytes_total", "Of a disk:", counter(4096, 90'000'000),
             {"read", "written"}, {device});
  add_fields(blueprint, "node_disk_", "_seconds_total", "Time of a disk:", counter(1, 9000, 3, 10),
             {"io_time", "io_time_weighted", "read_time", "write_time"}, {device});
  blueprint.families.push_back(
      family("node_disk_io_now", "Transfers in progress.", gauge(0, 6), {device}));
}

AxisPtr mount_axis(uint32_t mounts) {
  Axis axis;
  axis.names = {"device", "fstype", "mountpoint"};
  for (uint32_t i = 0; i < mounts; ++i) {
    axis.values.push_back({"/dev/mapper/vg0-volume" + std::to_string(i)});
    axis.values.push_back({i % 4 == 0 ? "xfs" : "ext4"});
    axis.values.push_back({"/var/lib/volumes/" + deployment_name(i)});
  }
  return std::make_shared<const Axis>(std::move(axis));
}

void add_mount_families(Blueprint& blueprint, uint32_t mounts) {
  const std::vector<AxisPtr> axes = {mount_axis(mounts)};
  add_fields(blueprint, "node_filesystem_", "_bytes",
             "Space of a file system:", gauge(kGiga, 900 * kGiga, 0, 40), {"avail", "free", "size"},
             axes);
  add_fields(blueprint, "node_filesystem_", "",
             "Nodes of a file system:", gauge(100'000, 60'000'000, 0, 40), {"files", "files_free"},
             axes);
  add_fields(blueprint, "node_filesystem_", "", "State of a file system:", constant(0),
             {"readonly", "device_error"}, axes);
}

void add_network_families(Blueprint& blueprint, uint32_t interfaces) {
  const std::vector<AxisPtr> axes = {numbered_axis("device", "eth", interfaces)};
  add_fields(blueprint, "node_network_", "_bytes_total",
             "Traffic of an interface:", counter(1000, 90'000'000), {"receive", "transmit"}, axes);
  add_fields(blueprint, "node_network_", "_packets_total",
             "Traffic of an interface:", counter(10, 90'000), {"receive", "transmit"}, axes);
  add_fields(blueprint, "node_network_", "_total", "Events of an interface:", counter(1, 5, 0, 95),
             {"receive_errs", "receive_drop", "receive_fifo", "receive_frame", "receive_multicast",
              "transmit_errs", "transmit_drop", "transmit_fifo", "transmit_colls",
              "transmit_carrier", "carrier_changes"},
             axes);
  add_fields(blueprint, "node_network_", "", "State of an interface:", constant(1),
             {"up", "carrier", "protocol_type"}, axes);
  add_fields(blueprint, "node_network_", "_bytes", "Of an interface:", constant(1500), {"mtu"},
             axes);
}

}  // namespace

Blueprint node_exporter_plan(uint32_t devices) {
  Blueprint plan;
  set_pod_target_labels(plan, "9100", "monitoring", "node-exporter");
  add_runtime_families(plan);
  add_host_families(plan);
  add_cpu_families(plan, devices);
  add_disk_families(plan, devices);
  add_mount_families(plan, devices);
  add_network_families(plan, devices);
  return plan;
}

}  // namespace pushpull
