// One endpoint as one client sees it: the way there and the connections kept alive to it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/net/transport.h"
#include "harness/net/wan_model.h"
#include "harness/net_sim/sim_host.h"
#include "harness/net_sim/sim_link.h"

namespace pushpull {

// Owned by SimNetwork, for ever.
struct SimEndpoint {
  std::string name;            // "host:port"
  SimHost* host = nullptr;     // where its work is charged
  Service* service = nullptr;  // null: nobody listens, connects are refused
  uint64_t starts = 0;         // times somebody began to listen
};

struct SimConnection {
  WanFlow to_server;
  WanFlow to_client;
  uint64_t link_outages;     // of the link, when the connection opened: a later one has reset it
  uint64_t endpoint_starts;  // likewise: another process listens now
};

// Not thread-safe.
class SimPeer {
 public:
  // `link` is null where client and server share a machine: bytes then take no time, and there are
  // no connections. Neither is owned.
  SimPeer(SimEndpoint* endpoint, SimLink* link) : endpoint_(endpoint), link_(link) {}

  SimEndpoint* endpoint() const { return endpoint_; }
  SimLink* link() const { return link_; }

  // The most recently used idle connection that still lives, as Go's client picks it; or null.
  std::unique_ptr<SimConnection> take_idle();
  // Requires: a link that is up, and somebody who listens.
  std::unique_ptr<SimConnection> connect();
  void keep(std::unique_ptr<SimConnection> connection);

 private:
  SimEndpoint* endpoint_;
  SimLink* link_;
  std::vector<std::unique_ptr<SimConnection>> idle_;  // least recently used first
};

}  // namespace pushpull
