// A virtual machine's processor: work waits for a free core, takes its calibrated time, and is
// entered in a ledger of CPU time.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "harness/base/task.h"
#include "harness/base/time.h"
#include "harness/loop/event_loop.h"
#include "harness/net/message.h"

namespace pushpull {

// Prices by kind of work; the runner fills it from the scenario's calibration. Default: all free.
struct CostModel {
  static constexpr size_t kKinds = static_cast<size_t>(Work::Kind::kFederateParse) + 1;
  struct Price {
    Duration per_request;
    Duration per_million_samples;  // so that fractions of a nanosecond per sample survive
  };

  std::array<Price, kKinds> prices;

  Price& of(Work::Kind kind) { return prices[static_cast<size_t>(kind)]; }
  Duration cost(const Work& work) const;
};

// Not thread-safe; tasks run on the loop it was given.
class SimHost {
 public:
  // `loop` is not owned and outlives the host. Requires: cores >= 1.
  SimHost(EventLoop* loop, std::string name, int cores, const CostModel& costs);

  // Runs `then` when the work is done. Jobs start in the order they came, each on one core. Work
  // that costs nothing needs no core: `then` runs at once, inside this call.
  void run(const Work& work, Task then);
  // Whether run() would run `then` inside the call: one that does the same spares itself the task.
  bool at_once(const Work& work) const { return !frozen_ && costs_.cost(work) == Duration(); }

  // The process on this host ended: queued and unfinished work is forgotten, its tasks never run.
  // CPU time it had not finished is not charged.
  void reset();

  // The process on this host stands still: no work begins or ends, free work included, until it is
  // thawed; then it goes on where it was.
  void freeze();
  void thaw();
  bool frozen() const { return frozen_; }

  const std::string& name() const { return name_; }
  // CPU time of finished work; of the `simulated` kind, since it follows from a calibration.
  Duration cpu(Work::Kind kind) const { return cpu_[static_cast<size_t>(kind)]; }
  Duration cpu() const;
  // Jobs that wait for a core.
  size_t queued() const { return queue_.size(); }

 private:
  struct Job {
    Work::Kind kind = Work::Kind::kNone;
    Duration cost;
    Task then;
  };
  struct Core {
    Job job;
    bool busy = false;
    TimerId timer = 0;  // runs out when the job is done; 0 while idle or frozen
    Instant due;        // when that is
  };

  void start(size_t core, Job job);
  void set_timer(size_t core, Duration left);
  void start_queued();
  void finish(size_t core);

  EventLoop* loop_;
  std::string name_;
  CostModel costs_;
  std::vector<Core> cores_;
  std::vector<size_t> idle_;  // indexes into cores_
  std::deque<Job> queue_;     // not empty only while no core is idle, or frozen
  std::array<Duration, CostModel::kKinds> cpu_;
  bool frozen_ = false;
  Instant frozen_at_;
};

}  // namespace pushpull
