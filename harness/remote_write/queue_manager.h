// The sender of one remote_write entry: one reader of the WAL, which deals samples out to shards.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "harness/loop/event_loop.h"
#include "harness/loop/ticker.h"
#include "harness/measure/observer.h"
#include "harness/remote_write/config.h"
#include "harness/remote_write/incoming_samples.h"
#include "harness/remote_write/metadata_sender.h"
#include "harness/remote_write/queue_stats.h"
#include "harness/remote_write/record_source.h"
#include "harness/remote_write/release_profile.h"
#include "harness/remote_write/sample_age.h"
#include "harness/remote_write/shard.h"
#include "harness/remote_write/shard_controller.h"
#include "harness/remote_write/write_client.h"
#include "harness/remote_write/write_relabeling.h"

namespace pushpull {

// Series `ref` goes to shard `ref mod shards`. A shard that refuses a sample stops the reader for
// all shards (head-of-line blocking), at exactly the sample at which Prometheus stops; the cost is
// per shard and record, never per sample.
//
// The number of shards begins with min_shards and is reconsidered every 10 s. To change it, all
// shards are stopped and drained before the new ones start, so that series stay in order; what is
// not sent within the flush deadline is given up (kReshardFlush), and meanwhile the reader waits
// with its next sample. Slices in the WAL do not depend on the number.
//
// Samples older than sample_age_limit are dropped before they are queued, whatever their series:
// older than when their slice was taken from the source, however long the reader waits with it.
//
// Loop thread only.
class QueueManager {
 public:
  // All are borrowed and outlive the manager.
  struct Context {
    EventLoop& loop;
    Transport& transport;
    RecordSource& source;
    LabelSource& labels;
    Observer& observer;
    const IncomingSamples& incoming;
    MetadataSource* metadata = nullptr;  // null: none is ever sent
  };
  // Requires: config.url parses. `model`: see WriteClient. Shards start now; reading starts
  // with the first notify().
  QueueManager(const Context& context, const RemoteWriteConfig& config,
               const ReleaseProfile& profile, Duration flush_deadline, WriteSizeModel model);
  ~QueueManager();
  QueueManager(const QueueManager&) = delete;
  QueueManager& operator=(const QueueManager&) = delete;

  // The source has something to read. Reads soon, never inside this call.
  void notify();

  const QueueStats& stats() const { return stats_; }
  // Samples taken from the source that no shard has accepted yet: the rest of the slice at which
  // the reader waits.
  int64_t held_samples() const { return rest_.count; }

  // Stops reading and flushes what is queued, a resharding under way first. After the flush
  // deadline what is left of it is given up as kHardShutdown. Then metadata under way has as long
  // again. Calls `done` once, never inside this
  // call. Held samples are given up as kRestart; what the source still holds is its owner's to
  // account for. Once only.
  void stop(std::function<void()> done);
  // The process dies: everything taken from the source and not delivered is reported as `cause` at
  // once, and nothing is sent any more. `done` of a stop under way is not called.
  void abandon(LossCause cause);

 private:
  void start_shards();
  void stop_shards(LossCause cause);
  void on_drained();
  void shards_stopped();
  void update_shards();

  void schedule_read();
  void read();
  bool sends(RecordKind kind) const;
  bool take_next();
  bool route_rest();
  bool skip_unsent();
  AgeRun leading_age() const;
  uint32_t leading_of(uint32_t count, bool unsendable) const;
  uint32_t route_run(const RecordPtr& record, uint32_t begin, uint32_t end);
  void drop_relabelled(const RecordPtr& record, uint32_t begin, uint32_t end);
  void wait();
  void stop_reading(LossCause cause);
  void stop_metadata();

  EventLoop& loop_;
  RecordSource& source_;
  Observer& observer_;
  const IncomingSamples& incoming_;
  const QueueConfig config_;
  const bool send_exemplars_;
  const bool send_histograms_;
  const bool drops_custom_buckets_;
  const Duration flush_deadline_;
  const bool reads_on_notification_;
  const Instant started_;

  QueueStats stats_;
  ShardController controller_;
  Ticker ticker_;
  WriteRelabeling relabeling_;
  WriteClient client_;
  std::unique_ptr<MetadataSender> metadata_;  // null: none is sent
  std::vector<std::unique_ptr<Shard>> shards_;

  // Reader.
  TimerId read_timer_ = 0;  // 0: asleep until notify()
  Slice rest_;              // held, so that retention cannot delete what is half read
  int64_t oldest_ms_ = 0;   // samples of rest_ before it are too old
  Duration pause_;          // of the sample being refused; zero where none is
  bool reading_ = true;
  bool blocked_ = false;  // by a resharding: no timer, rest_ waits for its end

  // Shards that are being stopped.
  bool resharding_ = false;
  TimerId flush_timer_ = 0;
  size_t undrained_ = 0;
  std::function<void()> done_;  // set: stopping for good
};

}  // namespace pushpull
