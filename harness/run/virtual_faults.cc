#include "harness/run/virtual_faults.h"

namespace pushpull {

void VirtualFaults::set_link(LinkState state) {
  stage_.network->set_link_state(stage_.link, state);
}

void VirtualFaults::disturb_link(Direction direction, const Disturbance& disturbance) {
  stage_.link->disturb(direction, disturbance);
}

void VirtualFaults::answer_at_link(const std::optional<LinkAnswer>& answer) {
  stage_.link->set_answer(answer);
}

void VirtualFaults::set_targets_down(double share) {
  for (TargetService* targets : stage_.targets) targets->set_down(share);
}

void VirtualFaults::stop(ServerRole role) {
  for (VirtualServer* server : servers(role)) server->stop();
}

void VirtualFaults::start(ServerRole role, const std::string& fault) {
  for (VirtualServer* server : servers(role)) {
    server->start([this, role, fault] { began(role, fault); });
  }
}

void VirtualFaults::pause(ServerRole role) {
  for (VirtualServer* server : servers(role)) server->pause();
}

void VirtualFaults::resume(ServerRole role) {
  for (VirtualServer* server : servers(role)) server->resume();
}

std::vector<VirtualServer*> VirtualFaults::servers(ServerRole role) const {
  return role == ServerRole::kCentral ? std::vector{stage_.central} : stage_.leaves;
}

}  // namespace pushpull
