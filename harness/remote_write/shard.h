// One shard of a sender: a queue and the loop that empties it, one request at a time.
#pragma once

#include <functional>
#include <memory>

#include "harness/loop/deadline.h"
#include "harness/loop/event_loop.h"
#include "harness/measure/observer.h"
#include "harness/remote_write/backoff.h"
#include "harness/remote_write/config.h"
#include "harness/remote_write/queue_stats.h"
#include "harness/remote_write/shard_queue.h"
#include "harness/remote_write/write_client.h"

namespace pushpull {

// Sends a full batch at once, a partial one when batch_send_deadline has passed since the last
// request was resolved. A batch is repeated until it is delivered or rejected; the next one waits,
// so a series stays in order. Loop thread only.
class Shard {
 public:
  // All references are borrowed. Destroying a shard forgets what it holds.
  Shard(EventLoop& loop, const WriteClient& client, Observer& observer, QueueStats& stats,
        const QueueConfig& config);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // How many samples append() takes before one is refused.
  int64_t room() const;
  // Requires: slice.count <= room(), and no stop.
  void append(Slice slice);

  // Sends what is queued, the partial batch too, then calls `drained` once; perhaps inside this
  // call.
  void stop(std::function<void()> drained);
  // Gives up what is queued and in flight, for good: each slice is reported to the observer with
  // `cause`. A request in flight may still reach the receiver; its answer is not looked at.
  // `drained` is not called.
  void abandon(LossCause cause);

 private:
  bool idle() const { return payload_ == nullptr; }
  void arm_deadline() { deadline_.set(loop_.now() + config_.batch_send_deadline); }
  void on_deadline();
  void begin();
  void attempt();
  void on_exchange(const Exchange& exchange);
  void pause(Duration pause);
  void give_up(const Slice& slice, LossCause cause);
  void give_up_in_flight(LossCause cause);
  void count_unwritten();
  void finish();
  void resolve();
  void next();
  void flush();

  EventLoop& loop_;
  const WriteClient& client_;
  Observer& observer_;
  QueueStats& stats_;
  const QueueConfig config_;

  ShardQueue queue_;
  Deadline deadline_;  // of the partial batch; set while nothing is in flight
  TimerId retry_timer_ = 0;

  // The request in flight, or pausing before its next attempt.
  std::shared_ptr<const WritePayload> payload_;  // null: none
  int attempt_ = 0;
  Instant begun_;       // its first attempt
  ItemCounts written_;  // as the receiver says, over all attempts (2.0)
  Instant attempt_started_;
  RetryBackoff backoff_;
  // An answer that comes when this is gone finds nobody.
  std::shared_ptr<const bool> listening_ = std::make_shared<const bool>(true);

  // Stopping.
  TimerId flush_timer_ = 0;
  bool flushed_ = false;  // stopping, and the partial batch is in the channel
  std::function<void()> drained_;
};

}  // namespace pushpull
