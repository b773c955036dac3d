#include "harness/remote_write/shard.h"

#include <algorithm>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/log.h"

namespace pushpull {
namespace {

// How often a stopping shard looks for a slot for its partial batch, as Prometheus does.
constexpr Duration kFlushRetry = Duration::seconds(1);
// Bytes of a receiver's error text that are kept.
constexpr size_t kRejectionText = 1024;

}  // namespace

Shard::Shard(EventLoop& loop, const WriteClient& client, Observer& observer, QueueStats& stats,
             const QueueConfig& config)
    : loop_(loop),
      client_(client),
      observer_(observer),
      stats_(stats),
      config_(config),
      queue_(config.capacity, config.max_samples_per_send),
      deadline_(loop, [this] { on_deadline(); }),
      backoff_(config.min_backoff, config.max_backoff) {
  arm_deadline();
}

Shard::~Shard() {
  loop_.cancel(retry_timer_);
  loop_.cancel(flush_timer_);
}

int64_t Shard::room() const {
  // An idle shard takes the first full batch out of the channel at once.
  return queue_.room() + (idle() ? config_.max_samples_per_send : 0);
}

void Shard::append(Slice slice) {
  CHECK(!drained_);
  stats_.queued(ItemCounts::of(slice.record->kind(), slice.count));
  const uint32_t first = queue_.to_complete();
  if (idle() && slice.count >= first) {
    if (slice.count == first) {
      queue_.append(std::move(slice));
      return begin();
    }
    queue_.append(slice.head(first));
    slice.first += first;
    slice.count -= first;
    begin();
  }
  queue_.append(std::move(slice));
}

void Shard::stop(std::function<void()> drained) {
  drained_ = std::move(drained);
  flush();
}

void Shard::flush() {
  if (!queue_.flush()) {
    flush_timer_ = loop_.schedule_after(kFlushRetry, [this] { flush(); });
    return;
  }
  flushed_ = true;
  if (idle()) next();
}

void Shard::abandon(LossCause cause) {
  deadline_.clear();
  loop_.cancel(retry_timer_);
  loop_.cancel(flush_timer_);
  listening_.reset();
  if (!idle()) {
    finish();
    give_up_in_flight(cause);
  }
  payload_.reset();
  while (!queue_.empty()) {
    for (const Slice& slice : queue_.take()) give_up(slice, cause);
  }
}

void Shard::on_deadline() {
  if (queue_.empty()) return arm_deadline();
  begin();
}

void Shard::begin() {
  deadline_.clear();
  payload_ = client_.payload(queue_.take());
  attempt_ = 0;
  begun_ = loop_.now();
  written_ = {};
  backoff_ = RetryBackoff(config_.min_backoff, config_.max_backoff);
  attempt();
}

void Shard::attempt() {
  stats_.attempted(payload_->items());
  attempt_started_ = loop_.now();
  client_.send(payload_, attempt_++,
               [this, listening = std::weak_ptr(listening_)](const Exchange& exchange) {
                 if (!listening.expired()) on_exchange(exchange);
               });
}

void Shard::on_exchange(const Exchange& exchange) {
  stats_.sent_batch_duration.observe(loop_.now() - attempt_started_);
  ++stats_.requests_by_status[exchange.failed ? 0 : exchange.response.status];
  const WriteClient::Verdict verdict = client_.judge(exchange, payload_->samples(), loop_.now());
  written_ += verdict.written;
  switch (verdict.outcome) {
    case SendOutcome::kRetry:
      return pause(backoff_.next(verdict.retry_after));
    case SendOutcome::kRejected:
      stats_.last_rejection = exchange.response.body.bytes.substr(0, kRejectionText);
      give_up_in_flight(LossCause::kRejected);
      break;
    case SendOutcome::kDelivered:
      stats_.queued(-payload_->items());
      if (client_.message() == WriteMessage::kV2) count_unwritten();
      for (const wire::WriteSlice& part : payload_->slices())
        observer_.acknowledged(part.slice, loop_.now());
      break;
  }
  resolve();
}

// A success that did not write all; only a receiver at fault says so.
void Shard::count_unwritten() {
  const ItemCounts missing = payload_->items().beyond(written_);
  if (missing.total() <= 0) return;
  stats_.failed(missing);
  log_warn("a 2xx answer says that " + std::to_string(missing.total()) + " of " +
           std::to_string(payload_->samples()) + " samples were not written");
}

void Shard::give_up(const Slice& slice, LossCause cause) {
  const ItemCounts items = ItemCounts::of(slice.record->kind(), slice.count);
  stats_.failed(items);
  stats_.queued(-items);
  observer_.dropped(slice, cause);
}

void Shard::give_up_in_flight(LossCause cause) {
  for (const wire::WriteSlice& part : payload_->slices()) give_up(part.slice, cause);
  // What a 2.0 receiver wrote of a request that it refused has not failed.
  stats_.failed(-written_.at_most(payload_->items()));
}

void Shard::pause(Duration pause) {
  stats_.retried(payload_->items());
  Instant& until = stats_.progress.retrying_until;
  until = std::max(until, loop_.now() + pause * 2);
  retry_timer_ = loop_.schedule_after(pause, [this] { attempt(); });
}

void Shard::finish() {
  SendProgress& progress = stats_.progress;
  progress.samples_finished += payload_->samples();
  progress.send_time += loop_.now() - begun_;
  progress.last_finished = loop_.now();
}

void Shard::resolve() {
  finish();
  stats_.bytes_total += payload_->wire_size();
  int64_t& newest = stats_.progress.highest_sent_timestamp_ms;
  for (const wire::WriteSlice& part : payload_->slices()) {
    newest = std::max(newest, part.slice.newest_timestamp_ms());
  }
  payload_.reset();
  next();
}

void Shard::next() {
  if (queue_.has_full()) return begin();
  if (!flushed_) return arm_deadline();
  deadline_.clear();
  std::exchange(drained_, nullptr)();
}

}  // namespace pushpull
