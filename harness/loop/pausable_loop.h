// The event loop of a process that can be stopped and continued while others on the same loop go
// on, as SIGSTOP does: time passes, nothing runs.
#pragma once

#include "harness/loop/event_loop.h"
#include "harness/loop/timer_queue.h"

namespace pushpull {

// Not thread-safe. Tasks that fell due during a pause run when it ends, in their order.
class PausableLoop : public EventLoop {
 public:
  // `outer` is not owned and outlives this loop.
  explicit PausableLoop(EventLoop& outer) : outer_(outer) {}
  ~PausableLoop() override { outer_.cancel(timer_); }
  PausableLoop(const PausableLoop&) = delete;  // the timer points to it
  PausableLoop& operator=(const PausableLoop&) = delete;

  Instant now() const override { return outer_.now(); }
  TimerId schedule_at(Instant when, Task task) override;
  void cancel(TimerId id) override { queue_.cancel(id); }

  void pause() { paused_ = true; }
  void resume();

 private:
  // Has the outer loop call for the next task, unless it will anyway.
  void arm();
  void run_due();

  EventLoop& outer_;
  TimerQueue queue_;
  bool paused_ = false;
  TimerId timer_ = 0;  // of the outer loop; 0: not armed
  Instant armed_for_;
};

}  // namespace pushpull
