// Sends the metadata of metric families now and then, beside the shards: Prometheus's
// MetadataWatcher and AppendWatcherMetadata. Of Remote Write 1.0; in 2.0 each series has its own.
#pragma once

#include <functional>
#include <vector>

#include "harness/loop/ticker.h"
#include "harness/remote_write/metadata_source.h"
#include "harness/remote_write/write_attempts.h"

namespace pushpull {

// Every send_interval, first one interval after its start, everything the targets say, in requests
// of max_samples_per_send entries, one after the other. A request is repeated until it is delivered
// or rejected; a rejected one is not sent again. While it takes longer than the interval, one
// round waits and follows at once. Loop thread only.
class MetadataSender {
 public:
  // All references are borrowed. Requires: config.metadata_config.send.
  MetadataSender(EventLoop& loop, const WriteClient& client, MetadataSource& source,
                 QueueStats& stats, const RemoteWriteConfig& config);
  ~MetadataSender();
  MetadataSender(const MetadataSender&) = delete;
  MetadataSender& operator=(const MetadataSender&) = delete;

  // Begins no further round. Calls `done` once, perhaps inside this call: when what is under way
  // has been sent, or is given up because `deadline` has passed.
  void stop(Duration deadline, std::function<void()> done);
  // Nothing is sent any more; `done` of a stop under way is not called.
  void abandon();

 private:
  void tick();
  void send_next();
  void on_resolved(SendOutcome outcome);
  void stopped();
  int64_t request_size() const;

  EventLoop& loop_;
  const WriteClient& client_;
  MetadataSource& source_;
  QueueStats& stats_;
  const int64_t max_per_send_;
  Ticker ticker_;

  std::vector<wire::FamilyMetadata> entries_;    // of this round
  size_t sent_ = 0;                              // of them, resolved
  std::shared_ptr<const WritePayload> payload_;  // the request under way; null: none
  WriteAttempts attempts_;
  bool tick_waits_ = false;
  bool stopping_ = false;
  TimerId flush_timer_ = 0;
  std::function<void()> done_;
};

}  // namespace pushpull
