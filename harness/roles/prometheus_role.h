// The mock Prometheus as a process, a drop-in for the `prometheus` binary: `pushpull prometheus`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/time.h"
#include "harness/head/wal.h"
#include "harness/workload/workload.h"

namespace pushpull {

struct PrometheusRoleOptions {
  std::string config_file = "prometheus.yml";
  std::string listen = "127.0.0.1:9090";
  std::string web_config_file;  // users and TLS of the server; see web_config.h. Empty: none
  bool enable_receiver = false;
  std::string storage_path = "data";
  Duration flush_deadline = Duration::minutes(1);
  Duration wal_retention = kWalRetention;  // of what remote write has not read
  std::string behaves_like = "3.5";
  std::vector<std::string> features;  // --enable-feature, each perhaps a list with commas
  std::string host_name;              // decides scrape phases; machine_name() if empty
  Duration discovery_delay;           // from its start until it scrapes

  // As a role of a run. The journal tells what happened; what is received is recognised by the
  // workload's own labels and by the journals of the target roles.
  std::string journal;
  std::optional<WorkloadSpec> workload;
  std::vector<std::string> answers;  // journals of the target roles
  // prometheus.yml of each leaf, by number, where their rules change the labels of what is sent.
  std::vector<std::string> leaf_configs;
  Duration max_delay = Duration::seconds(10);
  double value_error = 0;             // of leaves that round: see SampleResolver
  bool journal_acknowledged = false;  // what its central has taken, where that is not ours
  // Take commands on stdin. "finish": tell what is still queued as pending, and exit; "slow 50ms
  // 10us": take so much longer over each write request or fetch, and over each of its samples.
  bool control = false;
  std::optional<Duration> anchor;
};

// Runs until SIGINT or SIGTERM, then flushes and saves its head. Returns an exit code: 0; 1 after
// an error on stderr; 2 for a configuration that is not right, with every mistake of it on stderr.
int run_prometheus_role(const PrometheusRoleOptions& options);

}  // namespace pushpull
