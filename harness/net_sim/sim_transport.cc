#include "harness/net_sim/sim_transport.h"

#include <utility>

namespace pushpull {

void SimTransport::send(const std::string& endpoint, Request request, Duration timeout,
                        Decoder /*decode*/, Work::Kind decode_work, Done done) {
  network_->start(
      {this, client_, peer(endpoint), std::move(request), timeout, decode_work, std::move(done)});
}

SimPeer* SimTransport::peer(const std::string& endpoint) {
  if (latest_ == nullptr || latest_->endpoint()->name != endpoint) {
    auto found = peers_.find(endpoint);
    if (found == peers_.end()) {
      found = peers_.emplace(endpoint, network_->find_peer(client_, endpoint)).first;
    }
    latest_ = &found->second;
  }
  return latest_;
}

}  // namespace pushpull
