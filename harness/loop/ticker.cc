#include "harness/loop/ticker.h"

#include <utility>

#include "harness/base/check.h"

namespace pushpull {

Ticker::Ticker(EventLoop& loop, Duration interval, std::function<void()> tick)
    : loop_(loop), interval_(interval), tick_(std::move(tick)), next_(loop.now() + interval) {
  CHECK(interval > Duration());
  arm();
}

void Ticker::arm() {
  timer_ = loop_.schedule_at(next_, [this] {
    next_ += interval_ * ((loop_.now() - next_) / interval_ + 1);
    arm();
    tick_();
  });
}

void Ticker::stop() { loop_.cancel(timer_); }

}  // namespace pushpull
