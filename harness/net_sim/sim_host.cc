#include "harness/net_sim/sim_host.h"

#include <utility>

#include "harness/base/check.h"

namespace pushpull {

namespace {
constexpr int64_t kMillion = 1'000'000;
}

Duration CostModel::cost(const Work& work) const {
  // Whole millions apart from the rest: the product stays far from overflow.
  const Price& price = prices[static_cast<size_t>(work.kind)];
  return price.per_request + price.per_million_samples * (work.samples / kMillion) +
         price.per_million_samples * (work.samples % kMillion) / kMillion;
}

SimHost::SimHost(EventLoop* loop, std::string name, int cores, const CostModel& costs)
    : loop_(loop), name_(std::move(name)), costs_(costs) {
  CHECK(cores >= 1) << "host " << name_ << " has no core";
  cores_.resize(static_cast<size_t>(cores));
  for (size_t core = cores_.size(); core > 0; --core) idle_.push_back(core - 1);
}

void SimHost::run(const Work& work, Task then) {
  if (at_once(work)) return then();
  Job job{work.kind, costs_.cost(work), std::move(then)};
  if (idle_.empty() || frozen_) {
    queue_.push_back(std::move(job));
    return;
  }
  const size_t core = idle_.back();
  idle_.pop_back();
  start(core, std::move(job));
}

void SimHost::start(size_t core, Job job) {
  cores_[core].job = std::move(job);
  cores_[core].busy = true;
  set_timer(core, cores_[core].job.cost);
}

void SimHost::set_timer(size_t core, Duration left) {
  cores_[core].due = loop_->now() + left;
  cores_[core].timer = loop_->schedule_at(cores_[core].due, [this, core] { finish(core); });
}

void SimHost::finish(size_t core) {
  Job job = std::exchange(cores_[core], Core()).job;
  cpu_[static_cast<size_t>(job.kind)] += job.cost;
  idle_.push_back(core);
  start_queued();
  job.then();
}

void SimHost::reset() {
  queue_.clear();
  frozen_ = false;
  for (size_t core = 0; core < cores_.size(); ++core) {
    if (!cores_[core].busy) continue;
    loop_->cancel(cores_[core].timer);
    cores_[core] = Core();
    idle_.push_back(core);
  }
}

void SimHost::freeze() {
  if (std::exchange(frozen_, true)) return;
  frozen_at_ = loop_->now();
  for (Core& core : cores_) loop_->cancel(std::exchange(core.timer, 0));
}

void SimHost::thaw() {
  if (!std::exchange(frozen_, false)) return;
  for (size_t core = 0; core < cores_.size(); ++core) {
    if (cores_[core].busy) set_timer(core, cores_[core].due - frozen_at_);
  }
  start_queued();
}

void SimHost::start_queued() {
  while (!queue_.empty() && !frozen_) {
    const bool free = queue_.front().cost == Duration();
    if (!free && idle_.empty()) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    if (free) {
      job.then();
      continue;
    }
    const size_t core = idle_.back();
    idle_.pop_back();
    start(core, std::move(job));
  }
}

Duration SimHost::cpu() const {
  Duration total;
  for (const Duration kind : cpu_) total += kind;
  return total;
}

}  // namespace pushpull
