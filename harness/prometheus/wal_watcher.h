// What one remote_write entry reads of the WAL: Prometheus's tsdb/wlog Watcher.
#pragma once

#include <cstdint>

#include "harness/head/wal.h"
#include "harness/loop/event_loop.h"
#include "harness/measure/observer.h"
#include "harness/remote_write/record_source.h"

namespace pushpull {

// Gives what is written from its start on and has a timestamp newer than that start; the rest is
// never sent (kBeforeStart), and nobody counts it. The first time, the very millisecond of the
// start counts as newer: ours may scrape in it, a real server does so seconds later.
//
// Where retention has deleted something before it was read (kWalTruncated), the next read fails, as
// it does where Prometheus opens the next segment ("error tailing WAL"). Then nothing is read for 5
// s, after which the watcher starts anew: whatever the WAL holds by then is lost too (kTailError),
// however young.
//
// Loop thread only.
class WalWatcher : public RecordSource {
 public:
  // All references are borrowed.
  WalWatcher(EventLoop& loop, Wal& wal, Observer& observer);
  ~WalWatcher() override { loop_.cancel(restart_timer_); }
  WalWatcher(const WalWatcher&) = delete;
  WalWatcher& operator=(const WalWatcher&) = delete;

  const Slice* peek() override;
  void pop() override;

  // What is in the WAL and pop() has not passed.
  template <class F>
  void for_each_unread(F&& f) const {
    if (entry_.count > 0) f(entry_);
    reader_.for_each_unread(f);
  }
  // Reports them, as given up for `cause`, and reads no more.
  void close(LossCause cause);

  int64_t records_read() const { return reader_.records_read(); }
  int64_t segment() const { return reader_.segment(); }

 private:
  void fail();
  void restart();
  void drop_unread(LossCause cause);

  EventLoop& loop_;
  Observer& observer_;
  Wal::Reader reader_;
  int64_t first_ms_;           // the first timestamp that is new enough
  Slice entry_;                // taken from the WAL, and not passed yet
  Slice next_;                 // what peek() gave: its beginning
  TimerId restart_timer_ = 0;  // set: failed
};

}  // namespace pushpull
