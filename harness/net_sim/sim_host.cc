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
  const Duration cost = costs_.cost(work);
  if (cost == Duration()) {
    then();
    return;
  }
  Job job{work.kind, cost, std::move(then)};
  if (idle_.empty()) {
    queue_.push_back(std::move(job));
    return;
  }
  const size_t core = idle_.back();
  idle_.pop_back();
  start(core, std::move(job));
}

void SimHost::start(size_t core, Job job) {
  cores_[core].job = std::move(job);
  cores_[core].timer = loop_->schedule_after(cores_[core].job.cost, [this, core] { finish(core); });
}

void SimHost::finish(size_t core) {
  Job job = std::exchange(cores_[core].job, Job());
  cores_[core].timer = 0;
  cpu_[static_cast<size_t>(job.kind)] += job.cost;
  if (queue_.empty()) {
    idle_.push_back(core);
  } else {
    Job next = std::move(queue_.front());
    queue_.pop_front();
    start(core, std::move(next));
  }
  job.then();
}

void SimHost::reset() {
  queue_.clear();
  for (size_t core = 0; core < cores_.size(); ++core) {
    if (cores_[core].timer == 0) continue;
    loop_->cancel(cores_[core].timer);
    cores_[core] = Core();
    idle_.push_back(core);
  }
}

Duration SimHost::cpu() const {
  Duration total;
  for (const Duration kind : cpu_) total += kind;
  return total;
}

}  // namespace pushpull
