#include "harness/remote_write/shard_queue.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {
namespace {

// Of a batch: room for them is made in one step.
constexpr size_t kUsualSlices = 8;

// `next` goes on where `last` ends: after a wait in the middle of a record they are one slice
// again.
bool continues(const Slice& last, const Slice& next) {
  return last.record == next.record && last.positions == next.positions &&
         last.first + last.count == next.first;
}

}  // namespace

ShardQueue::ShardQueue(int64_t capacity, int64_t max_samples_per_send)
    : slots_(static_cast<size_t>(std::max<int64_t>(1, capacity / max_samples_per_send))),
      batch_size_(static_cast<uint32_t>(max_samples_per_send)) {
  CHECK(max_samples_per_send > 0);
  CHECK(max_samples_per_send <= std::numeric_limits<uint32_t>::max());
}

int64_t ShardQueue::room() const {
  const auto free_slots = static_cast<int64_t>(slots_ - full_.size());
  return free_slots * batch_size_ + to_complete() - 1;
}

void ShardQueue::append(Slice slice) {
  CHECK(slice.count <= room()) << slice.count << " samples, room for " << room();
  while (slice.count > to_complete()) {
    const uint32_t here = to_complete();
    take_in(slice.head(here));
    slice.first += here;
    slice.count -= here;
  }
  if (slice.count > 0) take_in(std::move(slice));
}

// Requires: it does not go beyond the partial batch's end.
void ShardQueue::take_in(Slice&& part) {
  partial_samples_ += part.count;
  if (!partial_.empty() && continues(partial_.back(), part)) {
    partial_.back().count += part.count;
  } else {
    if (partial_.empty()) partial_.reserve(kUsualSlices);
    partial_.push_back(std::move(part));
  }
  if (partial_samples_ == batch_size_) complete();
}

Batch ShardQueue::take() {
  if (full_.empty()) {
    partial_samples_ = 0;
    return std::exchange(partial_, {});
  }
  Batch batch = std::move(full_.front());
  full_.pop_front();
  return batch;
}

bool ShardQueue::flush() {
  if (partial_.empty()) return true;
  if (full_.size() == slots_) return false;
  complete();
  return true;
}

void ShardQueue::complete() {
  full_.push_back(std::exchange(partial_, {}));
  partial_samples_ = 0;
}

}  // namespace pushpull
