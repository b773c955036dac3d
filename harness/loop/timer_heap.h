// The order of timers: a heap of (time, id). What an entry stands for, and whether it is still
// wanted, is TimerQueue's to know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/loop/event_loop.h"

namespace pushpull {

class TimerHeap {
 public:
  struct Entry {
    int64_t when_ns;
    TimerId id;
    bool before(const Entry& other) const {
      return when_ns != other.when_ns ? when_ns < other.when_ns : id < other.id;
    }
  };

  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  // Requires: !empty().
  const Entry& top() const { return entries_.front(); }
  void push(const Entry& entry);
  // Requires: !empty().
  void pop();
  // Forgets the entries for which `gone`; O(n).
  template <class Gone>
  void erase_if(Gone&& gone) {
    std::erase_if(entries_, gone);
    order();
  }

 private:
  static constexpr size_t kArity = 4;  // four entries of 16 bytes: one cache line per level

  void order();
  void sift_up(size_t i);
  void sift_down(size_t i);

  std::vector<Entry> entries_;
};

}  // namespace pushpull
