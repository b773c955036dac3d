// One shard of a sender: a queue and the loop that empties it, one request at a time.
#pragma once

#include <functional>
#include <memory>

#include "harness/loop/deadline.h"
#include "harness/loop/event_loop.h"
#include "harness/measure/observer.h"
#include "harness/remote_write/config.h"
#include "harness/remote_write/queue_stats.h"
#include "harness/remote_write/shard_queue.h"
#include "harness/remote_write/write_attempts.h"
#include "harness/remote_write/write_client.h"

namespace pushpull {

// Sends a full batch at once, a partial one when batch_send_deadline has passed since the last
// request was resolved. A batch is repeated until it is delivered or rejected; the next one waits,
// so a series stays in order. Before each attempt its samples older than sample_age_limit are left
// out; counters go by the whole batch, as Prometheus's do. Loop thread only.
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
  bool idle() const { return batch_ == nullptr; }
  void arm_deadline() { deadline_.set(loop_.now() + config_.batch_send_deadline); }
  void on_deadline();
  void begin();
  std::shared_ptr<const WritePayload> next_attempt();
  void leave_out_too_old();
  void on_resolved(SendOutcome outcome, const Exchange& exchange);
  void give_up(const Slice& slice, LossCause cause);
  void give_up_in_flight(LossCause cause);
  void count_unwritten();
  void finish();
  void next();
  void flush();

  EventLoop& loop_;
  const WriteClient& client_;
  Observer& observer_;
  QueueStats& stats_;
  const QueueConfig config_;

  ShardQueue queue_;
  Deadline deadline_;  // of the partial batch; set while nothing is in flight

  // The request in flight, or pausing before its next attempt.
  std::shared_ptr<const WritePayload> batch_;  // as it was taken from the queue; null: none
  std::shared_ptr<const WritePayload> sent_;   // what is not too old of it
  // Of sent_. Prometheus has one stamp for all shards of a sender, so that a shard that goes by
  // another's may send a little of what is too old; not so here.
  int64_t oldest_ms_ = 0;
  WriteAttempts attempts_;

  // Stopping.
  TimerId flush_timer_ = 0;
  bool flushed_ = false;  // stopping, and the partial batch is in the channel
  std::function<void()> drained_;
};

}  // namespace pushpull
