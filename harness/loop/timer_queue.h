// The one timer queue, under both loops: what differs between virtual and real time is only how a
// loop waits for next_time().
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/base/task.h"
#include "harness/base/time.h"
#include "harness/loop/event_loop.h"
#include "harness/loop/timer_heap.h"

namespace pushpull {

// Tasks in the order of (time, order of adding). Not thread-safe. In steady state nothing
// allocates.
//
// 1. A heap entry is live while its slot still carries its id; taking or cancelling a task empties
//    the slot, and an entry left behind by cancel() is dead.
// 2. The top of either heap is live.
// 3. Dead entries never outnumber live ones by more than kSlack, so cancelling (a timeout per
//    request, say) costs O(1) amortised and memory stays bounded by the live tasks.
// 4. What is due soon has a heap of its own: thousands of targets wait for their next scrape, and a
//    request under way must not be sorted in among them at each of its steps. Which heap an entry
//    is in decides nothing else: the earlier of both tops is next.
class TimerQueue {
 public:
  struct Due {
    Instant when;
    Task task;
  };

  // Requires: fewer than 2^24 tasks pending, fewer than 2^40 added in total.
  TimerId add(Instant when, Task&& task);
  // Destroys the task; harmless if it was taken or cancelled already.
  void cancel(TimerId id);

  bool empty() const { return soon_.empty() && later_.empty(); }
  // Tasks pending.
  size_t size() const { return soon_.size() + later_.size() - dead_; }
  // Requires: !empty().
  Instant next_time() const;
  // Removes the next task. Requires: !empty().
  Due pop();

 private:
  static constexpr unsigned kSlotBits = 24;
  static constexpr size_t kSlack = 64;
  // Soon is up to this long after the task taken last: a round trip of most links.
  static constexpr Duration kSoon = Duration::milliseconds(100);

  // The id is (sequence number << kSlotBits | slot): unique for ever, and ordered by sequence.
  struct Slot {
    TimerId id = 0;  // 0: free
    Task task;
  };

  static size_t slot_of(TimerId id) { return id & ((TimerId{1} << kSlotBits) - 1); }
  bool live(const TimerHeap::Entry& entry) const {
    return slots_[slot_of(entry.id)].id == entry.id;
  }
  // The heap that has the next task. Requires: !empty().
  bool next_is_soon() const;
  size_t take_slot();
  Task empty_slot(size_t slot);
  void drop_dead_tops(TimerHeap& heap);
  void compact();

  uint64_t sequence_ = 0;
  Instant soon_end_;
  size_t dead_ = 0;  // of both heaps
  TimerHeap soon_;
  TimerHeap later_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
};

}  // namespace pushpull
