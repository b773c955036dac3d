// Something done again and again, as Go's time.Ticker does it.
#pragma once

#include <functional>

#include "harness/loop/event_loop.h"

namespace pushpull {

// Ticks at begin + interval, begin + 2 × interval … A tick that comes late does not move the
// others; those missed meanwhile are left out. Belongs to the loop thread. Stays where it is:
// timers point to it.
class Ticker {
 public:
  // `loop` is borrowed and outlives this. Begins now. Requires: interval > 0.
  Ticker(EventLoop& loop, Duration interval, std::function<void()> tick);
  ~Ticker() { stop(); }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  // For good; also from inside a tick.
  void stop();

 private:
  void arm();

  EventLoop& loop_;
  const Duration interval_;
  std::function<void()> tick_;
  Instant next_;
  TimerId timer_ = 0;
};

}  // namespace pushpull
