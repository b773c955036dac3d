#include "harness/loop/timer_heap.h"

#include <algorithm>

namespace pushpull {

void TimerHeap::push(const Entry& entry) {
  entries_.push_back(entry);
  sift_up(entries_.size() - 1);
}

void TimerHeap::pop() {
  entries_.front() = entries_.back();
  entries_.pop_back();
  if (entries_.size() > 1) sift_down(0);
}

void TimerHeap::order() {
  for (size_t i = entries_.size() / kArity + 1; i-- > 0;) {
    if (i < entries_.size()) sift_down(i);
  }
}

void TimerHeap::sift_up(size_t i) {
  const Entry entry = entries_[i];
  while (i > 0) {
    const size_t parent = (i - 1) / kArity;
    if (!entry.before(entries_[parent])) break;
    entries_[i] = entries_[parent];
    i = parent;
  }
  entries_[i] = entry;
}

void TimerHeap::sift_down(size_t i) {
  const Entry entry = entries_[i];
  for (;;) {
    const size_t first = i * kArity + 1;
    if (first >= entries_.size()) break;
    const size_t end = std::min(first + kArity, entries_.size());
    size_t least = first;
    for (size_t child = first + 1; child < end; ++child) {
      if (entries_[child].before(entries_[least])) least = child;
    }
    if (!entries_[least].before(entry)) break;
    entries_[i] = entries_[least];
    i = least;
  }
  entries_[i] = entry;
}

}  // namespace pushpull
