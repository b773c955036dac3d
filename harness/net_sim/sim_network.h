// Who is where in a virtual world: services on hosts behind endpoints, links between them, and the
// exchanges under way.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/loop/event_loop.h"
#include "harness/net/transport.h"
#include "harness/net_sim/sim_exchange.h"
#include "harness/net_sim/sim_host.h"
#include "harness/net_sim/sim_link.h"
#include "harness/net_sim/sim_peer.h"

namespace pushpull {

// Not thread-safe. Owns none of the loop, hosts, links and services; all but services outlive it.
// It outlives every SimTransport on it, and the calls that services may still answer.
class SimNetwork {
 public:
  explicit SimNetwork(EventLoop* loop) : loop_(loop) {}
  SimNetwork(const SimNetwork&) = delete;
  SimNetwork& operator=(const SimNetwork&) = delete;

  // A process on `host` begins to listen at `endpoint` ("host:port"). Until then, and after
  // stop(), connects to it are refused. Requires: nobody listens there.
  void serve(const std::string& endpoint, SimHost* host, Service* service);
  // The process on `host` ends: its endpoints refuse, requests it had not answered are reset, its
  // unfinished work is forgotten. Requires: the transports of this host have been destroyed.
  void stop(SimHost* host);

  // Requests of `client` to `endpoint` travel over `link`; without this call they are local and
  // take no time. Requires: before the client's first request to it.
  void connect(const SimHost* client, const std::string& endpoint, SimLink* link);
  // Going down, and the end of a blackhole, resets what is on the link at once: each `done` runs
  // inside this call, unless its client's host is frozen. A server goes on with requests that had
  // reached it.
  void set_link_state(SimLink* link, LinkState state);
  // Resets what is on the link; its state stays.
  void reset_link(SimLink* link);

  // For SimTransport.
  EventLoop* loop() const { return loop_; }
  SimPeer find_peer(const SimHost* client, const std::string& endpoint);
  void start(const SimExchange::Call& call);
  void abandon(const Transport* owner);

 private:
  SimEndpoint* endpoint(const std::string& name);

  EventLoop* loop_;
  std::map<std::string, SimEndpoint> endpoints_;
  std::map<std::pair<std::string, std::string>, SimLink*> links_;  // by host name and endpoint
  // All ever made, in use or free: as many as were ever under way at once. Walked only for faults.
  std::deque<SimExchange> exchanges_;
  std::vector<SimExchange*> free_;
};

}  // namespace pushpull
