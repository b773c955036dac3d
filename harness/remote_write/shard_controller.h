// How many shards a sender should have: Prometheus's calculateDesiredShards and shouldReshard,
// number by number (storage/remote/queue_manager.go; the same in form since 2.33).
#pragma once

#include <cstdint>

#include "harness/base/time.h"
#include "harness/remote_write/config.h"
#include "harness/remote_write/ewma_rate.h"
#include "harness/remote_write/incoming_samples.h"
#include "harness/remote_write/queue_stats.h"
#include "harness/remote_write/release_profile.h"

namespace pushpull {

// Why the number of shards changes or stays.
enum class ReshardVerdict {
  kReshard,
  kNothingSent,      // no batch was ever finished: there is no rate to go by
  kWithinTolerance,  // 30 % more or fewer are not worth it
  kBehind,           // fewer would do, but not while more than 10 s behind
  kAtLimit,          // as many as min_shards or max_shards allows
  kNoRecentSend,     // nothing was finished lately: more shards would not help
  kRetrying,         // the receiver asked for patience, or fails
  kResharding,       // the change before is not through yet
};

// Per second, smoothed.
struct ShardRates {
  double in = 0;
  double out = 0;
  double dropped = 0;
  double send_time = 0;  // in seconds
  int64_t behind_s = 0;  // newest timestamp committed - newest sent
};

struct ShardPlan {
  ReshardVerdict verdict = ReshardVerdict::kNothingSent;
  int64_t shards = 0;
  double desired = 0;  // before rounding and limits; says nothing where nothing was sent
};

// The shards that would finish what comes in and 5 % of the backlog each second, at the time that a
// sample takes now. Pure.
ShardPlan plan_shards(const ShardRates& rates, int64_t current, int64_t min_shards,
                      int64_t max_shards);

// One per sender, ticked every kShardUpdateInterval. No clock of its own.
class ShardController {
 public:
  // Begins with min_shards.
  ShardController(const QueueConfig& config, const ReleaseProfile& profile);

  // `resharding`: the shards before are still being flushed. After kReshard, shards() is the new
  // number.
  ReshardVerdict tick(const SendProgress& progress, const IncomingRate& incoming, bool resharding,
                      Instant now);

  int64_t shards() const { return shards_; }
  // As prometheus_remote_storage_shards_desired shows it.
  double desired() const { return desired_; }

 private:
  ShardRates rates(const SendProgress& progress, const IncomingRate& incoming);
  bool sent_recently(Instant now) const;

  const int64_t min_shards_;
  const int64_t max_shards_;
  const Duration send_threshold_;
  const bool waits_for_retries_;

  SendProgress progress_;  // at the newest tick
  EwmaRate finished_;
  EwmaRate dropped_;
  EwmaRate send_time_;  // ns
  int64_t shards_;
  double desired_;
};

}  // namespace pushpull
