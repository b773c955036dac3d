// The processes of one loopback run: started in the right order, watched, steered and stopped.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/measure/process_probe.h"
#include "harness/run/cluster_config.h"
#include "harness/run/loopback_world.h"
#include "harness/run/run_outcome.h"
#include "harness/systems/child_process.h"
#include "harness/systems/system.h"

namespace pushpull {

// Of the role that serves a leaf's targets.
std::string targets_name(uint32_t leaf);

// Not thread-safe. Its destructor kills what still runs.
class LoopbackCluster {
 public:
  // All borrowed. `anchor`: of the run's clock. Error: a system cannot be had; nothing was started.
  static Result<std::unique_ptr<LoopbackCluster>> make(const Scenario& scenario,
                                                       const Variant& variant,
                                                       const Workload& workload,
                                                       const LoopbackOptions& options,
                                                       Duration anchor);

  // Writes configurations and starts everyone. Error: a process did not start.
  Status start();
  // Endpoints of what was started that must answer /-/ready before the run may begin.
  std::vector<std::string> servers() const;
  const ClusterAddresses& addresses() const { return addresses_; }
  // Where leaf `leaf` really listens, not through the link.
  std::string leaf_endpoint(uint32_t leaf) const;
  std::string central_endpoint() const;  // so too
  const System& leaf_system() const { return *leaf_system_; }
  const System& central_system() const { return *central_system_; }

  // The first role that has ended though nobody asked it to, with the end of its log.
  std::optional<std::string> casualty();

  // Names of roles: "central", leaf_name(n), targets_name(n), "link".
  void command(const std::string& name, std::string_view line);
  void stop(const std::string& server);     // SIGTERM
  bool stopped(const std::string& server);  // it has ended
  Status start(const std::string& server);  // on its own data
  void pause(const std::string& server);    // SIGSTOP
  void resume(const std::string& server);   // SIGCONT

  // Tells mocks to say what is still queued, real ones to stop.
  void finish();
  // The leaves alone, before that.
  void finish_leaves();
  bool leaves_finished();
  // Whether every process has ended. After finish(): the link and the targets are stopped once leaf
  // and central are gone.
  bool finished();

  // CPU and memory so far of everyone; call while they run.
  void probe();
  std::vector<RoleUsage> usage() const;
  std::vector<std::string> journals() const;
  std::string journal(const std::string& role) const { return folder_ + "/" + role + ".journal"; }

 private:
  struct Role {
    std::string name;
    std::string system;
    std::unique_ptr<ChildProcess> process;
    ProcessUsage before;  // of earlier processes of this role
    ProcessUsage now;
    bool expected_to_end = false;
    bool paused = false;
  };

  LoopbackCluster(const Scenario& scenario, const Variant& variant, const Workload& workload,
                  const LoopbackOptions& options, Duration anchor);
  Status pick_ports();
  Status start_targets(uint32_t leaf);
  Status start_link();
  Status start_central();
  Status start_leaf(uint32_t leaf);
  Status launch(const std::string& name, const std::string& system, std::vector<std::string> argv);
  ServerLaunch server_launch(const std::string& name, uint16_t port) const;
  ServerLaunch leaf_launch(uint32_t leaf) const;
  ServerLaunch central_launch() const;
  Role& role(const std::string& name);
  void end(Role& role, std::string_view command);

  const Scenario& scenario_;
  const Variant& variant_;
  const Workload& workload_;
  const LoopbackOptions& options_;
  const Duration anchor_;
  const std::string folder_;
  std::unique_ptr<System> leaf_system_;
  std::unique_ptr<System> central_system_;
  ClusterAddresses addresses_;
  std::vector<uint16_t> target_ports_;
  std::vector<uint16_t> leaf_ports_;
  std::vector<uint16_t> link_ports_;  // to the central, or to each leaf
  uint16_t central_port_ = 0;
  std::vector<std::unique_ptr<Role>> roles_;  // in order of starting
};

}  // namespace pushpull
