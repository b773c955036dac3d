#include "harness/loop/timer_queue.h"

#include <algorithm>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {

TimerId TimerQueue::add(Instant when, Task task) {
  ++sequence_;
  CHECK(sequence_ < uint64_t{1} << (64 - kSlotBits)) << "timer sequence numbers are used up";
  const size_t slot = take_slot();
  const TimerId id = sequence_ << kSlotBits | slot;
  slots_[slot].id = id;
  slots_[slot].task = std::move(task);
  heap_.push_back(Entry{when.unix_ns(), id});
  sift_up(heap_.size() - 1);
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
    drop_dead_tops();
  }
}

Instant TimerQueue::next_time() const {
  CHECK(!empty());
  return Instant::from_unix_ns(heap_.front().when_ns);
}

TimerQueue::Due TimerQueue::pop() {
  CHECK(!empty());
  const Entry top = heap_.front();
  Due due{Instant::from_unix_ns(top.when_ns), empty_slot(slot_of(top.id))};
  remove_top();
  drop_dead_tops();
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

void TimerQueue::sift_up(size_t i) {
  const Entry entry = heap_[i];
  while (i > 0) {
    const size_t parent = (i - 1) / kArity;
    if (!entry.before(heap_[parent])) break;
    heap_[i] = heap_[parent];
    i = parent;
  }
  heap_[i] = entry;
}

void TimerQueue::sift_down(size_t i) {
  const Entry entry = heap_[i];
  for (;;) {
    const size_t first = i * kArity + 1;
    if (first >= heap_.size()) break;
    const size_t end = std::min(first + kArity, heap_.size());
    size_t least = first;
    for (size_t child = first + 1; child < end; ++child) {
      if (heap_[child].before(heap_[least])) least = child;
    }
    if (!heap_[least].before(entry)) break;
    heap_[i] = heap_[least];
    i = least;
  }
  heap_[i] = entry;
}

void TimerQueue::remove_top() {
  heap_.front() = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) sift_down(0);
}

void TimerQueue::drop_dead_tops() {
  while (!heap_.empty() && !live(heap_.front())) {
    remove_top();
    --dead_;
  }
}

void TimerQueue::compact() {
  std::erase_if(heap_, [this](const Entry& entry) { return !live(entry); });
  dead_ = 0;
  for (size_t i = heap_.size() / kArity + 1; i-- > 0;) {
    if (i < heap_.size()) sift_down(i);
  }
}

}  // namespace pushpull
