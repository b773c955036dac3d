#include "harness/prometheus/slow_receiver.h"

#include <utility>

namespace pushpull {
namespace {

int64_t samples_of(const Body& body) {
  return body.payload == nullptr ? 0 : body.payload->samples();
}

}  // namespace

void SlowTransport::send(const std::string& endpoint, Request request, Duration timeout,
                         Decoder decode, Work::Kind decode_work, Done done) {
  inner_.send(endpoint, std::move(request), timeout, std::move(decode), decode_work,
              [this, alive = alive_, done = std::move(done)](Exchange&& exchange) {
                if (*alive) hand_over(std::move(exchange), done);
              });
}

void SlowTransport::hand_over(Exchange&& exchange, const Done& done) {
  const bool received = !exchange.failed && exchange.response.body.payload != nullptr;
  const Duration late = received ? slowness_.of(samples_of(exchange.response.body)) : Duration();
  if (late == Duration()) return done(std::move(exchange));
  struct Held {
    Exchange exchange;
    Done done;
  };
  auto held = std::make_shared<Held>(Held{std::move(exchange), done});
  loop_.schedule_after(late, [alive = alive_, held] {
    if (*alive) held->done(std::move(held->exchange));
  });
}

void SlowService::handle(Arrival arrival, Respond respond) {
  const bool write = arrival.request.path == "/api/v1/write";
  const Duration late = write ? slowness_.of(samples_of(arrival.request.body)) : Duration();
  if (late == Duration()) return inner_.handle(std::move(arrival), std::move(respond));
  struct Held {
    Arrival arrival;
    Respond respond;
  };
  auto held = std::make_shared<Held>(Held{std::move(arrival), std::move(respond)});
  loop_.schedule_after(late, [this, alive = alive_, held] {
    if (*alive) inner_.handle(std::move(held->arrival), std::move(held->respond));
  });
}

}  // namespace pushpull
