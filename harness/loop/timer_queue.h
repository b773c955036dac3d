// The one timer queue, under both loops: what differs between virtual and real time is only how a
// loop waits for next_time().
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/base/task.h"
#include "harness/base/time.h"
#include "harness/loop/event_loop.h"

namespace pushpull {

// Tasks in the order of (time, order of adding). Not thread-safe. In steady state nothing
// allocates.
//
// 1. A heap entry is live while its slot still carries its id; taking or cancelling a task empties
//    the slot, and an entry left behind by cancel() is dead.
// 2. The top of the heap is live.
// 3. Dead entries never outnumber live ones by more than kSlack, so cancelling (a timeout per
//    request, say) costs O(1) amortised and memory stays bounded by the live tasks.
class TimerQueue {
 public:
  struct Due {
    Instant when;
    Task task;
  };

  // Requires: fewer than 2^24 tasks pending, fewer than 2^40 added in total.
  TimerId add(Instant when, Task task);
  // Destroys the task; harmless if it was taken or cancelled already.
  void cancel(TimerId id);

  bool empty() const { return heap_.empty(); }
  // Tasks pending.
  size_t size() const { return heap_.size() - dead_; }
  // Requires: !empty().
  Instant next_time() const;
  // Removes the next task. Requires: !empty().
  Due pop();

 private:
  static constexpr unsigned kSlotBits = 24;
  static constexpr size_t kSlack = 64;
  static constexpr size_t kArity = 4;  // four entries of 16 bytes: one cache line per level

  // The id is (sequence number << kSlotBits | slot): unique for ever, and ordered by sequence.
  struct Entry {
    int64_t when_ns;
    TimerId id;
    bool before(const Entry& other) const {
      return when_ns != other.when_ns ? when_ns < other.when_ns : id < other.id;
    }
  };
  struct Slot {
    TimerId id = 0;  // 0: free
    Task task;
  };

  static size_t slot_of(TimerId id) { return id & ((TimerId{1} << kSlotBits) - 1); }
  bool live(const Entry& entry) const { return slots_[slot_of(entry.id)].id == entry.id; }
  size_t take_slot();
  Task empty_slot(size_t slot);
  void sift_up(size_t i);
  void sift_down(size_t i);
  void remove_top();
  void drop_dead_tops();
  void compact();

  uint64_t sequence_ = 0;
  size_t dead_ = 0;
  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
};

}  // namespace pushpull
