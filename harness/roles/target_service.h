// The synthetic targets of one leaf, as one service: a path per target. Used by the target role
// over sockets and by virtual worlds alike. Loop thread only, but for decoder() and receive_work().
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "harness/loop/event_loop.h"
#include "harness/net/transport.h"
#include "harness/workload/target.h"

namespace pushpull {

class TargetService : public Service {
 public:
  // Hears of each answered scrape before the answer leaves.
  using Answered = std::function<void(uint32_t target, uint64_t ordinal, Instant arrival)>;

  // `targets` have consecutive ids; they and `clock` are borrowed.
  TargetService(const Clock& clock, std::span<const Target> targets, Answered answered);

  // From now on every scrape is answered 503: scraping has ended.
  void stop() { stopped_ = true; }
  // From now on this share of the targets, the first ones, is down: scrapes of them are answered
  // 503. A share above 0 is at least one target.
  void set_down(double share);

  Decoder decoder(const Request& /*request*/) const override { return {}; }
  Work receive_work(const Request& /*request*/) const override { return {}; }
  // 200 with the target's next ordinal; 404 for any other path, 405 for anything but GET.
  void handle(Arrival arrival, Respond respond) override;

 private:
  const Clock& clock_;
  std::span<const Target> targets_;
  Answered answered_;
  std::vector<uint64_t> next_ordinal_;  // by target
  bool stopped_ = false;
  size_t down_ = 0;  // the first so many targets
};

}  // namespace pushpull
