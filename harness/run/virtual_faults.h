// Faults of a virtual world.
#pragma once

#include <vector>

#include "harness/net_sim/sim_network.h"
#include "harness/roles/target_service.h"
#include "harness/run/fault_player.h"
#include "harness/run/virtual_server.h"

namespace pushpull {

class VirtualFaults : public FaultPlayer {
 public:
  // Who can be hit. Nothing is owned.
  struct Stage {
    SimNetwork* network = nullptr;
    SimLink* link = nullptr;
    VirtualServer* central = nullptr;
    std::vector<VirtualServer*> leaves;
    std::vector<TargetService*> targets;
  };

  VirtualFaults(const Variant& variant, Stage stage)
      : FaultPlayer(variant), stage_(std::move(stage)) {}

 private:
  void set_link(LinkState state) override;
  void reset_link() override { stage_.network->reset_link(stage_.link); }
  void disturb_link(Direction direction, const Disturbance& disturbance) override;
  void answer_at_link(const std::optional<LinkAnswer>& answer) override;
  void slow_central(const Slowness& slowness) override { stage_.central->be(slowness); }
  void set_targets_down(double share) override;
  void stop(ServerRole role) override;
  void start(ServerRole role, const std::string& fault) override;
  void pause(ServerRole role) override;
  void resume(ServerRole role) override;

  std::vector<VirtualServer*> servers(ServerRole role) const;

  const Stage stage_;
};

}  // namespace pushpull
