#include "harness/remote_write/queue_manager.h"

#include <algorithm>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {
namespace {

// First pause of a reader whose sample is refused; doubled up to max_backoff.
constexpr Duration kFirstPause = Duration::milliseconds(5);
// How often releases that are not notified look at the WAL.
constexpr Duration kPollInterval = Duration::milliseconds(10);

bool has_custom_buckets(const Slice& slice, uint32_t i) {
  return slice.record->extras->histograms[slice.position(i)].has_custom_buckets();
}

// How many samples at the start of `slice` have consecutive positions.
uint32_t leading_run(const Slice& slice) {
  const ShardPositions& positions = *slice.positions;
  if (positions.strided() && positions.stride() == 1) return slice.count;
  uint32_t run = 1;
  while (run < slice.count && slice.position(run) == slice.position(run - 1) + 1) ++run;
  return run;
}

}  // namespace

QueueManager::QueueManager(const Context& context, const RemoteWriteConfig& config,
                           const ReleaseProfile& profile, Duration flush_deadline,
                           WriteSizeModel model)
    : loop_(context.loop),
      source_(context.source),
      observer_(context.observer),
      incoming_(context.incoming),
      config_(config.queue_config),
      send_exemplars_(config.send_exemplars),
      send_histograms_(config.send_native_histograms),
      drops_custom_buckets_(profile.drops_custom_buckets_in_v1 &&
                            config.message() == WriteMessage::kV1),
      flush_deadline_(flush_deadline),
      reads_on_notification_(profile.reads_on_notification),
      started_(context.loop.now()),
      controller_(config.queue_config, profile),
      ticker_(context.loop, kShardUpdateInterval, [this] { update_shards(); }),
      relabeling_(context.labels, config.write_relabel_configs),
      client_(context.transport, relabeling_.any() ? relabeling_ : context.labels, std::move(model),
              config, profile) {
  stats_.shards_desired = controller_.desired();
  // In 2.0 metadata travels with its series, and metadata_config changes nothing.
  if (context.metadata != nullptr && config.metadata_config.send &&
      config.message() == WriteMessage::kV1) {
    metadata_ = std::make_unique<MetadataSender>(loop_, client_, *context.metadata, stats_, config);
  }
  start_shards();
}

QueueManager::~QueueManager() {
  loop_.cancel(read_timer_);
  loop_.cancel(flush_timer_);
}

void QueueManager::start_shards() {
  shards_.clear();
  stats_.shards = controller_.shards();
  for (int64_t i = 0; i < stats_.shards; ++i) {
    shards_.push_back(std::make_unique<Shard>(loop_, client_, observer_, stats_, config_));
  }
}

// What the shards still hold at the flush deadline is given up as `cause`.
void QueueManager::stop_shards(LossCause cause) {
  undrained_ = shards_.size();
  flush_timer_ = loop_.schedule_after(flush_deadline_, [this, cause] {
    for (const auto& shard : shards_) shard->abandon(cause);
    shards_stopped();
  });
  for (const auto& shard : shards_) {
    shard->stop([this] { on_drained(); });
  }
}

void QueueManager::on_drained() {
  if (--undrained_ > 0) return;
  loop_.cancel(flush_timer_);
  // Not inside a shard's own call: it may be destroyed.
  flush_timer_ = loop_.schedule_after(Duration(), [this] { shards_stopped(); });
}

void QueueManager::shards_stopped() {
  if (!resharding_) return stop_metadata();
  resharding_ = false;
  start_shards();
  if (done_) return stop_shards(LossCause::kHardShutdown);
  // As in Prometheus, the sample that waited for the lock is refused once more by the old shards.
  if (std::exchange(blocked_, false)) wait();
}

void QueueManager::stop_metadata() {
  if (metadata_ == nullptr) return std::exchange(done_, nullptr)();
  metadata_->stop(flush_deadline_, [this] { std::exchange(done_, nullptr)(); });
}

void QueueManager::update_shards() {
  const ReshardVerdict verdict =
      controller_.tick(stats_.progress, incoming_.rate(), resharding_, loop_.now());
  stats_.shards_desired = controller_.desired();
  if (verdict != ReshardVerdict::kReshard) return;
  resharding_ = true;
  stop_shards(LossCause::kReshardFlush);
}

void QueueManager::notify() {
  if (reading_ && read_timer_ == 0 && !blocked_) schedule_read();
}

void QueueManager::schedule_read() {
  Instant when = loop_.now();
  if (!reads_on_notification_) {
    // The first poll that comes now or later; the polls between find nothing and need not be run.
    const Duration since_poll = (when - started_) % kPollInterval;
    if (since_poll != Duration()) when += kPollInterval - since_poll;
  }
  read_timer_ = loop_.schedule_at(when, [this] { read(); });
}

void QueueManager::read() {
  read_timer_ = 0;
  if (resharding_) {
    while (!(blocked_ = skip_unsent())) {
      if (!take_next()) return;
    }
    return;
  }
  while (route_rest()) {
    if (!take_next()) return;
  }
  wait();
}

bool QueueManager::sends(RecordKind kind) const {
  if (kind == RecordKind::kFloats) return true;
  return kind == RecordKind::kExemplars ? send_exemplars_ : send_histograms_;
}

bool QueueManager::take_next() {
  while (const Slice* next = source_.peek()) {
    // What is not to be sent is not even counted, as in Prometheus.
    const bool sent = sends(next->record->kind());
    if (sent) rest_ = *next;
    source_.pop();
    if (!sent) continue;
    if (config_.sample_age_limit > Duration())
      oldest_ms_ = oldest_allowed_ms(loop_.now(), config_.sample_age_limit);
    return true;
  }
  return false;
}

// False where a sample is refused.
bool QueueManager::route_rest() {
  while (skip_unsent()) {
    const uint32_t run = leading_of(leading_age().count, false);
    const uint32_t begin = rest_.position(0);
    const uint32_t accepted = route_run(rest_.record, begin, begin + run) - begin;
    // A refused sample starts its pauses anew when it is not the one refused last time.
    if (accepted > 0) pause_ = Duration();
    rest_ = rest_.tail(accepted);
    if (accepted < run) return false;
  }
  return true;
}

// Drops what is not to be sent at the start of rest_: what is too old, and then histograms with
// custom buckets where the message has no place for their bounds. False where nothing is left.
bool QueueManager::skip_unsent() {
  while (rest_.count > 0) {
    const AgeRun age = leading_age();
    const uint32_t skipped = age.older ? age.count : leading_of(age.count, true);
    if (skipped == 0) return true;
    if (age.older) {
      stats_.too_old(ItemCounts::of(rest_.record->kind(), skipped));
      observer_.dropped(rest_.head(skipped), LossCause::kTooOld);
    } else {
      stats_.histograms_nhcb_total += skipped;
    }
    rest_ = rest_.tail(skipped);
  }
  return false;
}

// Of those at the start of rest_ that have consecutive positions.
AgeRun QueueManager::leading_age() const {
  const uint32_t run = leading_run(rest_);
  if (config_.sample_age_limit == Duration()) return {run, false};
  return leading_age_run(rest_.head(run), oldest_ms_);
}

// How many of the first `count` of rest_, at its start, the message has no place for; or has.
uint32_t QueueManager::leading_of(uint32_t count, bool unsendable) const {
  if (!drops_custom_buckets_ || rest_.record->kind() != RecordKind::kHistograms)
    return unsendable ? 0 : count;
  uint32_t leading = 0;
  while (leading < count && has_custom_buckets(rest_, leading) == unsendable) ++leading;
  return leading;
}

// Deals out positions [begin, end) of `record` up to the first that its shard refuses, which is
// returned.
uint32_t QueueManager::route_run(const RecordPtr& record, uint32_t begin, uint32_t end) {
  const auto shards = static_cast<uint32_t>(shards_.size());
  const std::vector<ShardPositions>& positions =
      relabeling_.any() ? relabeling_.parts(*record->layout).kept.shard_positions(shards)
                        : record->layout->shard_positions(shards);
  for (size_t s = 0; s < shards_.size(); ++s) {
    const int64_t refused = positions[s].rank_at(begin) + shards_[s]->room();
    if (refused >= positions[s].count()) continue;
    end = std::min(end, positions[s].position(static_cast<uint32_t>(refused)));
  }
  for (size_t s = 0; s < shards_.size(); ++s) {
    const uint32_t first = positions[s].rank_at(begin);
    const uint32_t count = positions[s].rank_at(end) - first;
    if (count > 0) shards_[s]->append({record, &positions[s], first, count});
  }
  if (relabeling_.any()) drop_relabelled(record, begin, end);
  return end;
}

// What the reader has passed of the series that the destination's rules drop.
void QueueManager::drop_relabelled(const RecordPtr& record, uint32_t begin, uint32_t end) {
  const ShardPositions& dropped = relabeling_.parts(*record->layout).dropped.in_order();
  const uint32_t first = dropped.rank_at(begin);
  const uint32_t count = dropped.rank_at(end) - first;
  if (count == 0) return;
  stats_.relabelled(ItemCounts::of(record->kind(), count));
  observer_.dropped({record, &dropped, first, count}, LossCause::kRelabelled);
}

void QueueManager::wait() {
  ++stats_.enqueue_retries_total;
  const bool exemplars = rest_.record->kind() == RecordKind::kExemplars;
  const Duration first = exemplars ? config_.min_backoff : kFirstPause;
  const Duration pause = pause_ == Duration() ? first : pause_;
  pause_ = std::min(pause * 2, config_.max_backoff);
  read_timer_ = loop_.schedule_after(pause, [this] { read(); });
}

void QueueManager::stop_reading(LossCause cause) {
  reading_ = false;
  blocked_ = false;
  ticker_.stop();
  loop_.cancel(read_timer_);
  if (rest_.count > 0) observer_.dropped(std::exchange(rest_, {}), cause);
}

void QueueManager::stop(std::function<void()> done) {
  CHECK(!done_ && reading_);
  done_ = std::move(done);
  stop_reading(LossCause::kRestart);
  if (!resharding_) stop_shards(LossCause::kHardShutdown);
}

void QueueManager::abandon(LossCause cause) {
  stop_reading(cause);
  loop_.cancel(flush_timer_);
  if (metadata_ != nullptr) metadata_->abandon();
  for (const auto& shard : shards_) shard->abandon(cause);
}

}  // namespace pushpull
