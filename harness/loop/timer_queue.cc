#include "harness/loop/timer_queue.h"

#include <utility>

#include "harness/base/check.h"

namespace pushpull {

TimerId TimerQueue::add(Instant when, Task&& task) {
  ++sequence_;
  CHECK(sequence_ < uint64_t{1} << (64 - kSlotBits)) << "timer sequence numbers are used up";
  const size_t slot = take_slot();
  const TimerId id = sequence_ << kSlotBits | slot;
  slots_[slot].id = id;
  slots_[slot].task = std::move(task);
  (when < soon_end_ ? soon_ : later_).push({when.unix_ns(), id});
  return id;
}

void TimerQueue::cancel(TimerId id) {
  const size_t slot = slot_of(id);
  if (id == 0 || slot >= slots_.size() || slots_[slot].id != id) return;
  // Destroyed at the end of this call, when the queue is consistent again: a task's destructor may
  // come back here.
  const Task cancelled = empty_slot(slot);
  ++dead_;
  if (dead_ > size() + kSlack) {
    compact();
  } else {
    drop_dead_tops(soon_);
    drop_dead_tops(later_);
  }
}

bool TimerQueue::next_is_soon() const {
  if (soon_.empty() || later_.empty()) return !soon_.empty();
  return soon_.top().before(later_.top());
}

Instant TimerQueue::next_time() const {
  CHECK(!empty());
  return Instant::from_unix_ns((next_is_soon() ? soon_ : later_).top().when_ns);
}

TimerQueue::Due TimerQueue::pop() {
  CHECK(!empty());
  TimerHeap& heap = next_is_soon() ? soon_ : later_;
  const TimerHeap::Entry top = heap.top();
  Due due{Instant::from_unix_ns(top.when_ns), empty_slot(slot_of(top.id))};
  soon_end_ = due.when + kSoon;
  heap.pop();
  drop_dead_tops(heap);
  return due;
}

size_t TimerQueue::take_slot() {
  if (free_slots_.empty()) {
    CHECK(slots_.size() < size_t{1} << kSlotBits) << "too many pending timers";
    slots_.emplace_back();
    return slots_.size() - 1;
  }
  const size_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

Task TimerQueue::empty_slot(size_t slot) {
  slots_[slot].id = 0;
  free_slots_.push_back(static_cast<uint32_t>(slot));
  return std::move(slots_[slot].task);
}

void TimerQueue::drop_dead_tops(TimerHeap& heap) {
  while (!heap.empty() && !live(heap.top())) {
    heap.pop();
    --dead_;
  }
}

void TimerQueue::compact() {
  const auto dead = [this](const TimerHeap::Entry& entry) { return !live(entry); };
  soon_.erase_if(dead);
  later_.erase_if(dead);
  dead_ = 0;
}

}  // namespace pushpull
