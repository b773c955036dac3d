// The Transport of one process in a virtual world.
#pragma once

#include <string>
#include <unordered_map>

#include "harness/net/transport.h"
#include "harness/net_sim/sim_network.h"

namespace pushpull {

// Payloads pass through as objects: decoders are never called. Bytes are counted as sizes:
// head_size and the payload's wire_size. Not thread-safe.
class SimTransport : public Transport {
 public:
  // Neither is owned; both outlive it.
  SimTransport(SimNetwork* network, SimHost* client) : network_(network), client_(client) {}
  // What is under way is abandoned; its `done` never runs.
  ~SimTransport() override { network_->abandon(this); }
  SimTransport(const SimTransport&) = delete;  // exchanges point to it
  SimTransport& operator=(const SimTransport&) = delete;

  void send(const std::string& endpoint, Request request, Duration timeout, Decoder decode,
            Work::Kind decode_work, Done done) override;

 private:
  SimPeer* peer(const std::string& endpoint);

  SimNetwork* network_;
  SimHost* client_;
  std::unordered_map<std::string, SimPeer> peers_;
  // The peer of the latest send; most clients have only one, and this spares them the lookup.
  SimPeer* latest_ = nullptr;
};

}  // namespace pushpull
