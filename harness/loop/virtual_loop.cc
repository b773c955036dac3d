#include "harness/loop/virtual_loop.h"

#include <algorithm>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {

TimerId VirtualLoop::schedule_at(Instant when, Task task) {
  return queue_.add(std::max(when, now_), std::move(task));
}

void VirtualLoop::run_until(Instant end) {
  CHECK(!running_) << "run_until called by a task of the same loop";
  CHECK(end >= now_) << "virtual time cannot run backwards";
  running_ = true;
  while (!queue_.empty() && queue_.next_time() <= end) {
    TimerQueue::Due due = queue_.pop();
    CHECK(due.when >= now_);
    now_ = due.when;
    ++events_;
    due.task();
  }
  now_ = end;
  running_ = false;
}

}  // namespace pushpull
