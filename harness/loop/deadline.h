// A point in time that is moved far more often than it is reached: a request's timeout, a batch's
// deadline. Moving it later costs nothing: the one pending timer wakes early, sees that it is not
// time yet, and goes to sleep again.
#pragma once

#include <functional>

#include "harness/loop/event_loop.h"

namespace pushpull {

// Belongs to the loop thread. Stays where it is: timers point to it.
class Deadline {
 public:
  // `loop` is borrowed and outlives this. `reached` runs in an event of its own; it may set and
  // clear.
  Deadline(EventLoop& loop, std::function<void()> reached)
      : loop_(loop), reached_(std::move(reached)) {}
  ~Deadline() { loop_.cancel(timer_); }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // Instead of any time set before.
  void set(Instant when);
  void clear() { when_ = Instant::max(); }

 private:
  void sleep_until(Instant when);
  void wake();

  EventLoop& loop_;
  std::function<void()> reached_;
  Instant when_ = Instant::max();  // max: not set
  TimerId timer_ = 0;
  Instant wakes_;  // while there is a timer; never after when_
};

}  // namespace pushpull
