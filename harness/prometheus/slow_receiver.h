// A central that takes its time over whatever it receives: write requests under push, fetched
// bodies under pull. It sits around a Server, in both engines, and costs nothing while it is not
// slow. Loop thread only, but for decoder() and receive_work().
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "harness/loop/event_loop.h"
#include "harness/net/transport.h"

namespace pushpull {

// By default not slow at all.
struct Slowness {
  Duration per_request;
  Duration per_sample;

  Duration of(int64_t samples) const { return per_request + per_sample * samples; }
};

// In front of the server's transport: what it fetches is handed over late. A scrape loop waits for
// that, so its next fetch is late too, as it is where appending is slow.
class SlowTransport : public Transport {
 public:
  // Both are borrowed.
  SlowTransport(EventLoop& loop, Transport& inner) : loop_(loop), inner_(inner) {}
  ~SlowTransport() override { *alive_ = false; }
  SlowTransport(const SlowTransport&) = delete;
  SlowTransport& operator=(const SlowTransport&) = delete;

  void be(const Slowness& slowness) { slowness_ = slowness; }
  void send(const std::string& endpoint, Request request, Duration timeout, Decoder decode,
            Work::Kind decode_work, Done done) override;

 private:
  void hand_over(Exchange&& exchange, const Done& done);

  EventLoop& loop_;
  Transport& inner_;
  Slowness slowness_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// In front of the server: a write request is handed over late, hence stored and answered late.
// Requests wait side by side, not in line. Everything else passes at once.
class SlowService : public Service {
 public:
  // Both are borrowed.
  SlowService(EventLoop& loop, Service& inner) : loop_(loop), inner_(inner) {}
  ~SlowService() override { *alive_ = false; }
  SlowService(const SlowService&) = delete;
  SlowService& operator=(const SlowService&) = delete;

  void be(const Slowness& slowness) { slowness_ = slowness; }
  Decoder decoder(const Request& request) const override { return inner_.decoder(request); }
  Work receive_work(const Request& request) const override { return inner_.receive_work(request); }
  void handle(Arrival arrival, Respond respond) override;

 private:
  EventLoop& loop_;
  Service& inner_;
  Slowness slowness_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace pushpull
