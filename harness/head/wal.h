// The write-ahead log that remote write reads: every accepted sample in commit order, kept for a
// retention time. In memory; the mock saves what a restart must not lose (see prometheus/). Loop
// thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "harness/base/time.h"
#include "harness/workload/record.h"

namespace pushpull {

class Wal {
 public:
  // Samples older than `retention` are deleted, read or not. Prometheus promises 2 h (docs), keeps
  // up to ~3 h.
  explicit Wal(Duration retention) : retention_(retention) {}

  void append(const Slice& slice, Instant now);

  // One destination's position. Starts at the end: what was written before is never sent, as in
  // Prometheus.
  class Reader {
   public:
    using Lost = std::function<void(const Slice&)>;
    // `lost` hears of each entry that retention deleted before it was read.
    Reader(Wal& wal, Lost lost);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // The next unread entry, or null at the end. Valid until the next append.
    const Slice* peek() const;
    // Requires: peek() != nullptr.
    void pop() { ++next_; }
    // Calls f for each unread entry.
    template <class F>
    void for_each_unread(F&& f) const {
      for (uint64_t n = next_; n < wal_->first_ + wal_->entries_.size(); ++n) f(wal_->entry(n));
    }

   private:
    friend class Wal;
    Wal* wal_;
    Lost lost_;
    uint64_t next_;  // number of the next entry to read
  };

 private:
  struct Entry {
    Instant at;
    Slice slice;
  };
  const Slice& entry(uint64_t n) const { return entries_[n - first_].slice; }
  void truncate(Instant now);

  Duration retention_;
  std::deque<Entry> entries_;
  uint64_t first_ = 0;  // number of entries_.front()
  std::vector<Reader*> readers_;
};

}  // namespace pushpull
