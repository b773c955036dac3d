// How a system under test is started: what a role of a scenario is, in argv and flags. A new system
// is one more implementation, named in run/loopback_cluster.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/head/wal.h"
#include "harness/remote_write/release_profile.h"
#include "harness/workload/workload.h"

namespace pushpull {

// What every server needs, mock or real.
struct ServerLaunch {
  std::string name;         // leaf-0, central
  std::string config_file;  // prometheus.yml
  uint16_t port = 0;        // on 127.0.0.1
  std::string data;         // folder; kept over a restart
  std::string log;
  bool receiver = false;

  // For a mock, which tells its own story.
  std::string journal;
  std::optional<WorkloadSpec> workload;   // where it receives
  std::vector<std::string> answers;       // journals of the target roles
  std::vector<std::string> leaf_configs;  // of each leaf, where their rules change labels
  bool acknowledged = false;              // a leaf: its central tells nothing
  Duration wal_retention = kWalRetention;
  Duration max_delay = Duration::seconds(10);
  Duration anchor;
};

class System {
 public:
  virtual ~System() = default;
  virtual std::vector<std::string> argv(const ServerLaunch& launch) const = 0;
  // "mock 3.5", "prometheus 3.5.3".
  virtual std::string name() const = 0;
  virtual const ReleaseProfile& profile() const = 0;
  // Writes its journal itself, and takes "finish" on stdin.
  virtual bool journals() const = 0;
};

}  // namespace pushpull
