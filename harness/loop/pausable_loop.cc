#include "harness/loop/pausable_loop.h"

#include <algorithm>
#include <utility>

namespace pushpull {

TimerId PausableLoop::schedule_at(Instant when, Task task) {
  const TimerId id = queue_.add(std::max(when, now()), std::move(task));
  arm();
  return id;
}

void PausableLoop::resume() {
  paused_ = false;
  arm();
}

void PausableLoop::arm() {
  if (paused_ || queue_.empty()) return;
  const Instant next = std::max(queue_.next_time(), now());
  if (timer_ != 0 && armed_for_ <= next) return;
  outer_.cancel(timer_);
  armed_for_ = next;
  timer_ = outer_.schedule_at(next, [this] { run_due(); });
}

void PausableLoop::run_due() {
  timer_ = 0;
  while (!paused_ && !queue_.empty() && queue_.next_time() <= now()) queue_.pop().task();
  arm();
}

}  // namespace pushpull
