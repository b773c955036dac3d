// One write request, sent again and again until it is delivered or rejected.
#pragma once

#include <functional>
#include <memory>

#include "harness/loop/event_loop.h"
#include "harness/remote_write/backoff.h"
#include "harness/remote_write/config.h"
#include "harness/remote_write/item_counts.h"
#include "harness/remote_write/queue_stats.h"
#include "harness/remote_write/write_client.h"

namespace pushpull {

// As Prometheus's sendWriteRequestWithBackoff. Counts each attempt and tells resharding of each
// pause; what the request holds is its owner's to count. Loop thread only.
class WriteAttempts {
 public:
  struct Hooks {
    // What the next attempt carries; asked before each.
    std::function<std::shared_ptr<const WritePayload>()> payload;
    // Another attempt will follow, after a pause.
    std::function<void()> retrying;
    // Delivered or rejected, never kRetry. The next request may begin inside this call.
    std::function<void(SendOutcome outcome, const Exchange& exchange)> resolved;
  };
  // All references are borrowed.
  WriteAttempts(EventLoop& loop, const WriteClient& client, QueueStats& stats,
                const QueueConfig& config, Hooks hooks);
  ~WriteAttempts() { cancel(); }
  WriteAttempts(const WriteAttempts&) = delete;
  WriteAttempts& operator=(const WriteAttempts&) = delete;

  // Sends the first. Requires: the one before is resolved or cancelled. `samples`: items of
  // all kinds, of which a 2.0 receiver is expected to write some.
  void begin(int64_t samples);
  // Forgets the request; an answer that still comes is not looked at.
  void cancel();

  Instant begun() const { return begun_; }
  // As a 2.0 receiver says, over all attempts.
  const ItemCounts& written() const { return written_; }

 private:
  void attempt();
  void on_exchange(const Exchange& exchange);
  void pause(Duration pause);

  EventLoop& loop_;
  const WriteClient& client_;
  QueueStats& stats_;
  const Duration min_backoff_;
  const Duration max_backoff_;
  const Hooks hooks_;

  int64_t samples_ = 0;
  int attempt_ = 0;
  ItemCounts written_;
  Instant begun_;  // the first attempt
  Instant attempt_started_;
  RetryBackoff backoff_;
  TimerId retry_timer_ = 0;
  // An answer that comes when this is gone finds nobody.
  std::shared_ptr<const bool> listening_;
};

}  // namespace pushpull
