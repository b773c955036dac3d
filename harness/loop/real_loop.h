// Real time: one thread runs timers when they are due, and whatever other threads post to it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "harness/loop/event_loop.h"
#include "harness/loop/timer_queue.h"

namespace pushpull {

// Wall time minus monotonic time, read once. now() is the monotonic clock plus an anchor: it never
// steps, and processes of one machine given the same anchor agree on it.
Duration measure_anchor();

// The thread inside run() is the loop thread. now(), anchor(), post() and stop() may be called by
// any thread; schedule_at() and cancel() by the loop thread, or by anyone while nobody runs the
// loop. Tasks still waiting at destruction are destroyed without being run.
class RealLoop : public EventLoop {
 public:
  explicit RealLoop(Duration anchor = measure_anchor()) : anchor_(anchor) {}

  Instant now() const override;
  TimerId schedule_at(Instant when, Task task) override;
  void cancel(TimerId id) override;

  // Runs `task` on the loop thread soon, after everything posted before it. Never blocks for long.
  void post(Task task);

  // Runs tasks until stop(). A task scheduled for t starts at or after t, usually within 0.1 ms.
  // Timers that are due and posted tasks take turns, so neither can starve the other.
  void run();
  // Makes the current run(), or else the next one, return after the task it is at.
  void stop();

  Duration anchor() const { return anchor_; }

 private:
  bool may_schedule() const;
  void wait_for_work();
  void run_posted();
  void run_due();

  const Duration anchor_;
  TimerQueue timers_;                    // loop thread
  std::vector<Task> batch_;              // loop thread: what run_posted() is at
  std::atomic<std::thread::id> runner_;  // default: nobody runs the loop
  std::atomic<bool> stopping_ = false;   // set under mutex_
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Task> posted_;  // under mutex_
};

}  // namespace pushpull
