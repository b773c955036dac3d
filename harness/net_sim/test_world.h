// For the tests of this module: one client, one server, a link between them.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/loop/virtual_loop.h"
#include "harness/net_sim/sim_network.h"
#include "harness/net_sim/sim_transport.h"

namespace pushpull {

class SizedPayload : public Payload {
 public:
  SizedPayload(int64_t wire_size, int64_t samples) : wire_size_(wire_size), samples_(samples) {}
  Result<std::string> encode() const override { return Error{"virtual time has no bytes"}; }
  int64_t wire_size() const override { return wire_size_; }
  int64_t samples() const override { return samples_; }

 private:
  int64_t wire_size_;
  int64_t samples_;
};

// Answers every request with `response`, at once or when told to.
class ScriptedService : public Service {
 public:
  Decoder decoder(const Request& /*request*/) const override { return nullptr; }
  Work receive_work(const Request& /*request*/) const override { return receive; }
  void handle(Arrival arrival, Respond respond) override {
    arrivals.push_back(std::move(arrival));
    if (silent) {
      waiting.push_back(std::move(respond));
    } else {
      respond(response);
    }
  }

  Work receive;
  Response response;
  bool silent = false;
  std::vector<Arrival> arrivals;
  std::vector<Respond> waiting;
};

struct SimWorld {
  static constexpr Duration kRtt = Duration::milliseconds(80);
  static constexpr Duration kTimeout = Duration::seconds(30);
  struct Outcome {
    Duration at;  // since the start
    Exchange exchange;
  };

  explicit SimWorld(const LinkSpec& spec = {kRtt, 0}, const CostModel& costs = {}, int cores = 2)
      : leaf(&loop, "leaf", cores, costs),
        central(&loop, "central", cores, costs),
        link("wan", spec),
        network(&loop),
        transport(std::make_unique<SimTransport>(&network, &leaf)) {
    network.serve("central:9090", &central, &service);
    network.connect(&leaf, "central:9090", &link);
    network.serve("localhost:9100", &leaf, &service);
  }

  void send(Request request, const std::string& endpoint = "central:9090",
            Duration timeout = kTimeout) {
    transport->send(endpoint, std::move(request), timeout, nullptr, Work::Kind::kScrapeParse,
                    [this](Exchange exchange) {
                      outcomes.push_back({loop.now() - kVirtualStart, std::move(exchange)});
                    });
  }
  void run_until(Duration since_start) { loop.run_until(kVirtualStart + since_start); }
  void run() { loop.run_for(Duration::minutes(5)); }

  // A request to central whose head and body are `bytes` on the wire.
  static Request request_of(int64_t bytes) {
    Request request;
    int64_t body = bytes;
    while (head_size(request, "central:9090", body) + body > bytes) --body;
    request.body.payload = std::make_shared<SizedPayload>(body, 0);
    return request;
  }
  static Response response_of(int64_t bytes, int64_t samples = 0) {
    Response response;
    int64_t body = bytes;
    while (head_size(response, body) + body > bytes) --body;
    response.body.payload = std::make_shared<SizedPayload>(body, samples);
    return response;
  }

  VirtualLoop loop;
  SimHost leaf;
  SimHost central;
  SimLink link;
  ScriptedService service;
  SimNetwork network;
  std::unique_ptr<SimTransport> transport;  // of the leaf
  std::vector<Outcome> outcomes;
};

}  // namespace pushpull
