// Virtual time: the clock jumps to the next event. Same inputs, same order of events, bit for bit.
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/loop/event_loop.h"
#include "harness/loop/timer_queue.h"

namespace pushpull {

// 2026-01-01T00:00:00Z: a date, so that no timestamp reads as unset, and fixed, so that runs
// repeat.
inline constexpr Instant kVirtualStart = Instant::from_unix_ms(1'767'225'600'000);

// Not thread-safe. The clock moves only inside run_until() and run_for(), and never backwards.
class VirtualLoop : public EventLoop {
 public:
  explicit VirtualLoop(Instant start = kVirtualStart) : now_(start) {}

  Instant now() const override { return now_; }
  // An instant that has passed counts as now: behind everything already scheduled for now.
  TimerId schedule_at(Instant when, Task task) override;
  void cancel(TimerId id) override { queue_.cancel(id); }

  // Runs every task due up to and including `end`, those they schedule included; now() is `end`
  // afterwards. Requires: end >= now(), and no task of this loop is running.
  void run_until(Instant end);
  void run_for(Duration duration) { run_until(now_ + duration); }

  // Tasks run so far, and tasks waiting.
  uint64_t events() const { return events_; }
  size_t pending() const { return queue_.size(); }

 private:
  Instant now_;
  uint64_t events_ = 0;
  bool running_ = false;
  TimerQueue queue_;
};

}  // namespace pushpull
