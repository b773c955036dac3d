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

// The end of the run of consecutive positions in `slice` that starts with its sample `i`, as a
// sample number.
uint32_t run_end(const Slice& slice, uint32_t i) {
  const ShardPositions& positions = *slice.positions;
  if (positions.strided() && positions.stride() == 1) return slice.count;
  uint32_t end = i + 1;
  while (end < slice.count && slice.position(end) == slice.position(end - 1) + 1) ++end;
  return end;
}

}  // namespace

QueueManager::QueueManager(const Context& context, const RemoteWriteConfig& config,
                           const ReleaseProfile& profile, WriteSizeModel model)
    : loop_(context.loop),
      source_(context.source),
      observer_(context.observer),
      config_(config.queue_config),
      reads_on_notification_(profile.reads_on_notification),
      started_(context.loop.now()),
      client_(context.transport, context.labels, std::move(model), config, profile) {
  start_shards();
}

QueueManager::~QueueManager() {
  loop_.cancel(read_timer_);
  loop_.cancel(flush_timer_);
}

void QueueManager::start_shards() {
  stats_.shards = config_.min_shards;
  for (int64_t i = 0; i < config_.min_shards; ++i) {
    shards_.push_back(std::make_unique<Shard>(loop_, client_, observer_, stats_, config_));
  }
}

void QueueManager::notify() {
  if (reading_ && read_timer_ == 0) schedule_read();
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
  while (const Slice* slice = source_.peek()) {
    if (!route(*slice)) return wait();
    consumed_ = 0;
    source_.pop();
  }
}

// Deals out what is left of `slice`; false where a sample is refused.
bool QueueManager::route(const Slice& slice) {
  while (consumed_ < slice.count) {
    const uint32_t end = run_end(slice, consumed_);
    const uint32_t position = slice.position(consumed_);
    const uint32_t reached = route_run(slice.record, position, position + (end - consumed_));
    // A refused sample starts its pauses anew when it is not the one refused last time.
    if (reached > position) pause_ = Duration();
    consumed_ += reached - position;
    if (consumed_ < end) return false;
  }
  return true;
}

// Deals out positions [begin, end) of `record` up to the first that its shard refuses, which is
// returned.
uint32_t QueueManager::route_run(const RecordPtr& record, uint32_t begin, uint32_t end) {
  const std::vector<ShardPositions>& positions =
      record->layout->shard_positions(static_cast<uint32_t>(shards_.size()));
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
  return end;
}

void QueueManager::wait() {
  ++stats_.enqueue_retries_total;
  const Duration pause = pause_ == Duration() ? kFirstPause : pause_;
  pause_ = std::min(pause * 2, config_.max_backoff);
  read_timer_ = loop_.schedule_after(pause, [this] { read(); });
}

void QueueManager::stop_reading() {
  reading_ = false;
  loop_.cancel(read_timer_);
  if (consumed_ == 0) return;
  const Slice* slice = source_.peek();
  observer_.dropped(slice->tail(consumed_), LossCause::kRestart);
  consumed_ = 0;
  source_.pop();
}

void QueueManager::stop(Duration flush_deadline, std::function<void()> done) {
  CHECK(!done_ && reading_);
  done_ = std::move(done);
  stop_reading();
  undrained_ = shards_.size();
  flush_timer_ = loop_.schedule_after(flush_deadline, [this] {
    for (const auto& shard : shards_) shard->abandon(LossCause::kHardShutdown);
    finish();
  });
  for (const auto& shard : shards_) {
    shard->stop([this] { on_drained(); });
  }
}

void QueueManager::on_drained() {
  if (--undrained_ > 0) return;
  loop_.cancel(flush_timer_);
  flush_timer_ = loop_.schedule_after(Duration(), [this] { finish(); });
}

void QueueManager::finish() { std::exchange(done_, nullptr)(); }

void QueueManager::abandon(LossCause cause) {
  stop_reading();
  loop_.cancel(flush_timer_);
  for (const auto& shard : shards_) shard->abandon(cause);
}

}  // namespace pushpull
