// The only view of time and concurrency that logic has. One loop thread per role runs all logic;
// see RealLoop and VirtualLoop for the two engines.
#pragma once

#include <cstdint>

#include "harness/base/task.h"
#include "harness/base/time.h"

namespace pushpull {

// Names one scheduled task for ever; 0 is never used and cancels nothing.
using TimerId = uint64_t;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

// Not thread-safe: schedule and cancel belong to the loop thread.
class EventLoop : public Clock {
 public:
  // Runs `task` on the loop thread at `when`, or as soon as possible if that has passed. Tasks run
  // in the order of (when, order of scheduling). Never runs `task` inside this call.
  virtual TimerId schedule_at(Instant when, Task task) = 0;
  TimerId schedule_after(Duration delay, Task task) {
    return schedule_at(now() + delay, std::move(task));
  }
  // Forgets the task; harmless if it has run or was cancelled already.
  virtual void cancel(TimerId id) = 0;
};

}  // namespace pushpull
