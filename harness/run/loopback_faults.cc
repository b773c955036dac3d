#include "harness/run/loopback_faults.h"

#include "harness/base/units.h"

namespace pushpull {

Status LoopbackFaults::watch() {
  for (auto it = restarts_.begin(); it != restarts_.end();) {
    if (!cluster_.stopped(it->server)) {
      ++it;
      continue;
    }
    const Status started = cluster_.start(it->server);
    if (!started) return started;
    began(it->role, it->fault);
    it = restarts_.erase(it);
  }
  return {};
}

void LoopbackFaults::slow_central(const Slowness& slowness) {
  cluster_.command("central", "slow " + format_duration(slowness.per_request) + " " +
                                  format_duration(slowness.per_sample));
}

void LoopbackFaults::set_targets_down(double share) {
  for (uint32_t leaf = 0; leaf < leaves_; ++leaf) {
    cluster_.command(targets_name(leaf), "down " + std::to_string(share * 100) + "%");
  }
}

void LoopbackFaults::stop(ServerRole role) {
  for (const std::string& server : servers(role)) cluster_.stop(server);
}

void LoopbackFaults::start(ServerRole role, const std::string& fault) {
  for (const std::string& server : servers(role)) restarts_.push_back({role, server, fault});
}

void LoopbackFaults::pause(ServerRole role) {
  for (const std::string& server : servers(role)) cluster_.pause(server);
}

void LoopbackFaults::resume(ServerRole role) {
  for (const std::string& server : servers(role)) cluster_.resume(server);
}

std::vector<std::string> LoopbackFaults::servers(ServerRole role) const {
  if (role == ServerRole::kCentral) return {"central"};
  std::vector<std::string> names;
  for (uint32_t leaf = 0; leaf < leaves_; ++leaf) names.push_back(leaf_name(leaf));
  return names;
}

}  // namespace pushpull
