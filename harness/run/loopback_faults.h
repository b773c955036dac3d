// Faults of a loopback run: commands and signals to its processes.
#pragma once

#include <string>
#include <vector>

#include "harness/roles/link_command.h"
#include "harness/run/fault_player.h"
#include "harness/run/loopback_cluster.h"

namespace pushpull {

class LoopbackFaults : public FaultPlayer {
 public:
  // The cluster is borrowed. `leaves`: how many there are.
  LoopbackFaults(const Variant& variant, uint32_t leaves, LoopbackCluster& cluster)
      : FaultPlayer(variant), leaves_(leaves), cluster_(cluster) {}

  // Starts those again whose process has ended by now; call often. Error: one did not start.
  Status watch();

 private:
  struct Restart {
    ServerRole role;
    std::string server;
    std::string fault;
  };

  void set_link(LinkState state) override { tell_link(state); }
  void reset_link() override { tell_link(ResetLink()); }
  void disturb_link(Direction direction, const Disturbance& disturbance) override {
    tell_link(DisturbLink{direction, disturbance});
  }
  void answer_at_link(const std::optional<LinkAnswer>& answer) override {
    tell_link(AnswerAtLink{answer});
  }
  void slow_central(const Slowness& slowness) override;
  void set_targets_down(double share) override;
  void stop(ServerRole role) override;
  void start(ServerRole role, const std::string& fault) override;
  void pause(ServerRole role) override;
  void resume(ServerRole role) override;

  void tell_link(const LinkCommand& command) { cluster_.command("link", to_line(command)); }
  std::vector<std::string> servers(ServerRole role) const;

  const uint32_t leaves_;
  LoopbackCluster& cluster_;
  std::vector<Restart> restarts_;  // that wait for a process to end
};

}  // namespace pushpull
