#include "harness/loop/real_loop.h"

#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {

namespace {

using Monotonic = std::chrono::steady_clock;

int64_t count_ns(std::chrono::nanoseconds since_epoch) { return since_epoch.count(); }

}  // namespace

Duration measure_anchor() {
  const int64_t wall = count_ns(std::chrono::system_clock::now().time_since_epoch());
  const int64_t monotonic = count_ns(Monotonic::now().time_since_epoch());
  return Duration::nanoseconds(wall - monotonic);
}

Instant RealLoop::now() const {
  return Instant::from_unix_ns(count_ns(Monotonic::now().time_since_epoch())) + anchor_;
}

TimerId RealLoop::schedule_at(Instant when, Task task) {
  CHECK(may_schedule()) << "schedule_at belongs to the loop thread; other threads post";
  // The past counts as now, so a task cannot push itself before others that have waited longer.
  return timers_.add(std::max(when, now()), std::move(task));
}

void RealLoop::cancel(TimerId id) {
  CHECK(may_schedule()) << "cancel belongs to the loop thread; other threads post";
  timers_.cancel(id);
}

void RealLoop::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void RealLoop::run() {
  CHECK(runner_.exchange(std::this_thread::get_id()) == std::thread::id())
      << "two threads run one loop";
  // The default slack of 50 us would be added to every timer of the loop thread.
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  while (!stopping_) {
    wait_for_work();
    run_posted();
    run_due();
  }
  stopping_ = false;
  runner_ = std::thread::id();
}

void RealLoop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
}

bool RealLoop::may_schedule() const {
  const std::thread::id runner = runner_;
  return runner == std::thread::id() || runner == std::this_thread::get_id();
}

void RealLoop::wait_for_work() {
  const auto ready = [this] { return stopping_ || !posted_.empty(); };
  std::unique_lock lock(mutex_);
  if (timers_.empty()) {
    wake_.wait(lock, ready);
    return;
  }
  const std::chrono::nanoseconds due((timers_.next_time() - anchor_).unix_ns());
  wake_.wait_until(lock, Monotonic::time_point(due), ready);
}

void RealLoop::run_posted() {
  {
    const std::lock_guard lock(mutex_);
    batch_.swap(posted_);
  }
  size_t done = 0;
  while (done < batch_.size() && !stopping_) batch_[done++]();
  if (done < batch_.size()) {
    const std::lock_guard lock(mutex_);
    posted_.insert(posted_.begin(), std::move_iterator(batch_.begin() + static_cast<int64_t>(done)),
                   std::move_iterator(batch_.end()));
  }
  batch_.clear();
}

void RealLoop::run_due() {
  const Instant due = now();
  while (!stopping_ && !timers_.empty() && timers_.next_time() <= due) timers_.pop().task();
}

}  // namespace pushpull
