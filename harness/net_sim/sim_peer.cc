#include "harness/net_sim/sim_peer.h"

#include <utility>

#include "harness/base/check.h"

namespace pushpull {

std::unique_ptr<SimConnection> SimPeer::take_idle() {
  while (!idle_.empty()) {
    std::unique_ptr<SimConnection> connection = std::move(idle_.back());
    idle_.pop_back();
    if (endpoint_->service != nullptr && connection->link_outages == link_->outages() &&
        connection->endpoint_starts == endpoint_->starts) {
      return connection;
    }
  }
  return nullptr;
}

std::unique_ptr<SimConnection> SimPeer::connect() {
  CHECK(link_ != nullptr && link_->state() == LinkState::kUp && endpoint_->service != nullptr);
  link_->count_connection();
  return std::make_unique<SimConnection>(SimConnection{link_->open_flow(Direction::kToServer),
                                                       link_->open_flow(Direction::kToClient),
                                                       link_->outages(), endpoint_->starts});
}

void SimPeer::keep(std::unique_ptr<SimConnection> connection) {
  idle_.push_back(std::move(connection));
}

}  // namespace pushpull
