#include "harness/loop/deadline.h"

#include <utility>

namespace pushpull {

void Deadline::set(Instant when) {
  when_ = when;
  if (timer_ != 0 && wakes_ <= when) return;
  loop_.cancel(timer_);
  sleep_until(when);
}

void Deadline::sleep_until(Instant when) {
  wakes_ = when;
  timer_ = loop_.schedule_at(when, [this] { wake(); });
}

void Deadline::wake() {
  timer_ = 0;
  if (when_ == Instant::max()) return;
  if (loop_.now() < when_) return sleep_until(when_);
  clear();
  reached_();
}

}  // namespace pushpull
