// How a system under test is started, asked and told apart: what a role of a scenario is, in files,
// argv and flags. A new system is one more implementation, named in run/loopback_cluster.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/head/wal.h"
#include "harness/prometheus/config.h"
#include "harness/remote_write/release_profile.h"
#include "harness/systems/read_api.h"
#include "harness/workload/workload.h"

namespace pushpull {

// A file that a server reads when it starts.
struct ServerFile {
  std::string path;
  std::string content;
};

// What every server needs, mock or real.
struct ServerLaunch {
  std::string name;         // leaf-0, central
  PrometheusConfig config;  // what it does, in the words of prometheus.yml
  std::string config_file;  // path
  uint16_t port = 0;        // on 127.0.0.1
  std::string data;         // folder; kept over a restart
  std::string log;
  bool receiver = false;

  // For a mock, which tells its own story.
  std::string journal;
  std::optional<WorkloadSpec> workload;  // where it receives
  std::vector<std::string> answers;      // journals of the target roles
  std::vector<ServerFile> leaf_configs;  // prometheus.yml of each, where rules change labels
  double value_error = 0;                // where it receives: of its leaves
  bool acknowledged = false;             // a leaf: its central tells nothing
  Duration wal_retention = kWalRetention;
  Duration max_delay = Duration::seconds(10);
  Duration anchor;
};

class System {
 public:
  virtual ~System() = default;
  // Whether the run starts and stops it. What is somebody else's has neither argv nor files.
  virtual bool runs() const { return true; }
  // host:port, and where it takes remote write.
  virtual std::string endpoint(uint16_t port) const { return "127.0.0.1:" + std::to_string(port); }
  virtual std::string write_path() const { return "/api/v1/write"; }
  virtual std::vector<std::string> argv(const ServerLaunch& launch) const = 0;
  // To be written before it starts: prometheus.yml, unless it reads something else.
  virtual std::vector<ServerFile> files(const ServerLaunch& launch) const {
    return {{launch.config_file, to_yaml(launch.config)}};
  }
  // "mock 3.5", "prometheus 3.5.3".
  virtual std::string name() const = 0;
  // The Prometheus release that it is compared with; null where it follows none.
  virtual const ReleaseProfile* profile() const { return nullptr; }
  // Writes its journal itself, and takes "finish" on stdin.
  virtual bool journals() const { return false; }
  // How a central without a journal is read back; null where it cannot be.
  virtual const ReadApi* read_api() const { return nullptr; }
  // The largest relative error of a value on its way through it, or in and out of it; 0 where
  // values keep every bit.
  virtual double value_error() const { return 0; }
  // As a leaf: says how many samples wait and how many shards send, under Prometheus's names.
  virtual bool tells_queues() const { return true; }
};

}  // namespace pushpull
