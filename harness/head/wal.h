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

// How long a real one keeps what is not read is not a fixed time. It deletes whole segments (128
// MiB, or what was written between two cuts of the head), the lower two thirds of them, each time
// its head is cut, which is every 2 h, and never the newest: at high rates 1 to 3 h are there, at
// low ones more. Its documentation promises 2 h, which is the retention here unless it is told
// otherwise, to the nanosecond.
inline constexpr Duration kWalRetention = Duration::hours(2);

class Wal {
 public:
  // Samples older than `retention` are deleted, read or not.
  explicit Wal(Duration retention) : retention_(retention) {}

  void append(const Slice& slice, Instant now);
  // What was appended since the call before is one record, as one commit is in Prometheus.
  void end_record() { begins_record_ = true; }
  // The segment that is being written, as numbers of samples make them.
  int64_t segment() const { return samples_ / kSamplesPerSegment; }

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
    void pop();
    // Whether entries were deleted unread since skip_to_end().
    bool missed_some() const { return missed_some_; }
    void skip_to_end();
    int64_t records_read() const { return records_read_; }
    // The segment that is being read.
    int64_t segment() const;
    // Calls f for each unread entry.
    template <class F>
    void for_each_unread(F&& f) const {
      for (uint64_t n = next_; n < wal_->end(); ++n) f(wal_->entry(n).slice);
    }

   private:
    friend class Wal;
    Wal* wal_;
    Lost lost_;
    uint64_t next_;  // number of the next entry to read
    bool missed_some_ = false;
    int64_t records_read_ = 0;
  };

 private:
  // Segments have 128 MiB; a sample takes some 9 bytes of them, compressed (measured at 2.42 and
  // 3.5: 1.79 MB for 200 200 samples of 5000 series).
  static constexpr int64_t kSamplesPerSegment = (int64_t{128} << 20) / 9;

  struct Entry {
    Instant at;
    Slice slice;
    int64_t samples_before;  // since the beginning
    bool begins_record;
  };
  const Entry& entry(uint64_t n) const { return entries_[n - first_]; }
  uint64_t end() const { return first_ + entries_.size(); }
  void truncate(Instant now);

  Duration retention_;
  std::deque<Entry> entries_;
  uint64_t first_ = 0;  // number of entries_.front()
  int64_t samples_ = 0;
  bool begins_record_ = true;
  std::vector<Reader*> readers_;
};

}  // namespace pushpull
