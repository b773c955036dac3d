#include "harness/remote_write/shard_controller.h"

#include <algorithm>
#include <cmath>

namespace pushpull {
namespace {

constexpr double kTolerance = 0.3;  // of the shards there are
constexpr double kCatchUp = 0.05;   // of the backlog, per second
constexpr int64_t kFarBehind = 10;  // seconds

// Prometheus compares times as whole Unix seconds.
int64_t unix_seconds(Instant t) { return t.unix_ns() / 1'000'000'000; }

}  // namespace

ShardPlan plan_shards(const ShardRates& rates, int64_t current, int64_t min_shards,
                      int64_t max_shards) {
  if (rates.out <= 0) return {ReshardVerdict::kNothingSent, current, 0};
  // In Prometheus's order of operations, so that rounding is the same.
  const double kept = rates.out / (rates.dropped + rates.out);
  const double backlog = static_cast<double>(rates.behind_s) * rates.in * kept;
  const double time_per_sample = rates.send_time / rates.out;
  const double desired = time_per_sample * (rates.in * kept + kCatchUp * backlog);

  const auto now = static_cast<double>(current);
  const double wanted = std::ceil(desired);
  if (now * (1 - kTolerance) <= wanted && wanted <= now * (1 + kTolerance)) {
    return {ReshardVerdict::kWithinTolerance, current, desired};
  }
  if (wanted < now && rates.behind_s > kFarBehind) {
    return {ReshardVerdict::kBehind, current, desired};
  }
  // Limited before the conversion: before anything was sent, one is decades behind. The upper limit
  // first, as in Prometheus: it may be the lower one.
  const int64_t allowed = wanted > static_cast<double>(max_shards)   ? max_shards
                          : wanted < static_cast<double>(min_shards) ? min_shards
                                                                     : static_cast<int64_t>(wanted);
  return {allowed == current ? ReshardVerdict::kAtLimit : ReshardVerdict::kReshard, allowed,
          desired};
}

ShardController::ShardController(const QueueConfig& config, const ReleaseProfile& profile)
    : min_shards_(config.min_shards),
      max_shards_(config.max_shards),
      send_threshold_(profile.fixed_reshard_threshold ? kShardUpdateInterval
                                                      : config.batch_send_deadline * 2),
      waits_for_retries_(profile.retries_disable_resharding),
      shards_(config.min_shards),
      desired_(static_cast<double>(config.min_shards)) {}

ReshardVerdict ShardController::tick(const SendProgress& progress, const IncomingRate& incoming,
                                     bool resharding, Instant now) {
  const ShardPlan plan = plan_shards(rates(progress, incoming), shards_, min_shards_, max_shards_);
  if (plan.verdict != ReshardVerdict::kNothingSent) desired_ = plan.desired;
  if (plan.verdict != ReshardVerdict::kReshard) return plan.verdict;
  if (!sent_recently(now)) return ReshardVerdict::kNoRecentSend;
  if (waits_for_retries_ && unix_seconds(now) < unix_seconds(progress.retrying_until)) {
    return ReshardVerdict::kRetrying;
  }
  if (resharding) return ReshardVerdict::kResharding;
  shards_ = plan.shards;
  return ReshardVerdict::kReshard;
}

ShardRates ShardController::rates(const SendProgress& progress, const IncomingRate& incoming) {
  finished_.add(progress.samples_finished - progress_.samples_finished);
  dropped_.add(progress.samples_dropped - progress_.samples_dropped);
  send_time_.add((progress.send_time - progress_.send_time).ns());
  for (EwmaRate* rate : {&finished_, &dropped_, &send_time_}) rate->tick();
  progress_ = progress;
  return {incoming.samples_per_second, finished_.per_second(), dropped_.per_second(),
          send_time_.per_second() / 1e9,
          incoming.highest_timestamp_ms / 1000 - progress.highest_sent_timestamp_ms / 1000};
}

bool ShardController::sent_recently(Instant now) const {
  return unix_seconds(progress_.last_finished) >= unix_seconds(now - send_threshold_);
}

}  // namespace pushpull
