#include "harness/net_sim/sim_network.h"

#include "harness/base/check.h"

namespace pushpull {

SimEndpoint* SimNetwork::endpoint(const std::string& name) {
  SimEndpoint& found = endpoints_[name];
  found.name = name;
  return &found;
}

void SimNetwork::serve(const std::string& name, SimHost* host, Service* service) {
  SimEndpoint* place = endpoint(name);
  CHECK(place->service == nullptr) << "two services listen at " << name;
  place->host = host;
  place->service = service;
  ++place->starts;
}

void SimNetwork::stop(SimHost* host) {
  for (auto& [name, place] : endpoints_) {
    if (place.host == host) place.service = nullptr;
  }
  for (SimExchange& exchange : exchanges_) {
    CHECK(!exchange.has_client_on(host)) << "a transport of " << host->name() << " is still there";
    exchange.server_stopped(host);
  }
  host->reset();
}

void SimNetwork::connect(const SimHost* client, const std::string& name, SimLink* link) {
  links_[{client->name(), name}] = link;
}

void SimNetwork::set_link_state(SimLink* link, LinkState state) {
  const bool was_blackhole = link->state() == LinkState::kBlackhole;
  link->set_state(state);
  if (state == LinkState::kDown || (was_blackhole && state != LinkState::kBlackhole)) {
    reset_link(link);
  }
}

void SimNetwork::reset_link(SimLink* link) {
  link->reset_connections();
  // Found first: a `done` may start requests, and those are not meant.
  std::vector<SimExchange*> concerned;
  for (SimExchange& exchange : exchanges_) {
    if (exchange.is_on(link)) concerned.push_back(&exchange);
  }
  for (SimExchange* exchange : concerned) exchange->link_was_reset();
}

SimPeer SimNetwork::find_peer(const SimHost* client, const std::string& name) {
  const auto found = links_.find({client->name(), name});
  return SimPeer(endpoint(name), found == links_.end() ? nullptr : found->second);
}

void SimNetwork::start(const SimExchange::Call& call) {
  if (free_.empty()) free_.push_back(&exchanges_.emplace_back(loop_, &free_));
  SimExchange* exchange = free_.back();
  free_.pop_back();
  exchange->start(call);
}

void SimNetwork::abandon(const Transport* owner) {
  for (SimExchange& exchange : exchanges_) exchange.owner_gone(owner);
}

}  // namespace pushpull
