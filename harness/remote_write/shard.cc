#include "harness/remote_write/shard.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/log.h"
#include "harness/remote_write/sample_age.h"

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
      attempts_(loop, client, stats, config,
                {[this] { return next_attempt(); }, [this] { stats_.retried(batch_->items()); },
                 [this](SendOutcome outcome, const Exchange& e) { on_resolved(outcome, e); }}) {
  arm_deadline();
}

Shard::~Shard() { loop_.cancel(flush_timer_); }

int64_t Shard::room() const {
  // An idle shard takes the first full batch out of the channel at once.
  return queue_.room() + (idle() ? config_.max_samples_per_send : 0);
}

void Shard::append(Slice slice) {
  CHECK(!drained_);
  stats_.queued(ItemCounts::of(slice.record->kind(), slice.count));
  stats_.highest_timestamp_ms = std::max(stats_.highest_timestamp_ms, slice.newest_timestamp_ms());
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
  loop_.cancel(flush_timer_);
  attempts_.cancel();
  if (!idle()) {
    finish();
    give_up_in_flight(cause);
  }
  batch_.reset();
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
  sent_ = batch_ = client_.payload(queue_.take());
  if (config_.sample_age_limit > Duration()) {
    oldest_ms_ = std::numeric_limits<int64_t>::max();
    for (const wire::WriteSlice& part : batch_->slices())
      oldest_ms_ = std::min(oldest_ms_, oldest_timestamp_ms(part.slice));
  }
  attempts_.begin(batch_->samples());
}

std::shared_ptr<const WritePayload> Shard::next_attempt() {
  if (config_.sample_age_limit > Duration()) leave_out_too_old();
  stats_.attempted(batch_->items());
  return sent_;
}

// A request of which nothing is left is sent all the same. A message of 2.0 keeps the symbols of
// the whole batch at Prometheus; here it has those it needs.
void Shard::leave_out_too_old() {
  const int64_t allowed = oldest_allowed_ms(loop_.now(), config_.sample_age_limit);
  if (oldest_ms_ >= allowed) return;
  Batch kept;
  ItemCounts too_old = batch_->items();
  oldest_ms_ = std::numeric_limits<int64_t>::max();
  for (const wire::WriteSlice& part : sent_->slices()) {
    for (Slice rest = part.slice; rest.count > 0;) {
      const AgeRun run = leading_age_run(rest, allowed);
      Slice same = rest.head(run.count);
      rest = rest.tail(run.count);
      if (run.older) {
        observer_.dropped(same, LossCause::kTooOld);
        continue;
      }
      too_old += -ItemCounts::of(same.record->kind(), run.count);
      oldest_ms_ = std::min(oldest_ms_, oldest_timestamp_ms(same));
      kept.push_back(std::move(same));
    }
  }
  // Prometheus builds from the whole batch each time and counts what it leaves out each time.
  stats_.too_old(too_old);
  if (batch_->samples() - too_old.total() < sent_->samples())
    sent_ = client_.payload(std::move(kept));
}

void Shard::on_resolved(SendOutcome outcome, const Exchange& exchange) {
  if (outcome == SendOutcome::kRejected) {
    stats_.last_rejection = exchange.response.body.bytes.substr(0, kRejectionText);
    give_up_in_flight(LossCause::kRejected);
  } else {
    stats_.queued(-batch_->items());
    if (client_.message() == WriteMessage::kV2) count_unwritten();
    for (const wire::WriteSlice& part : sent_->slices())
      observer_.acknowledged(part.slice, loop_.now());
  }
  finish();
  stats_.bytes_total += batch_->wire_size();
  int64_t& newest = stats_.progress.highest_sent_timestamp_ms;
  for (const wire::WriteSlice& part : batch_->slices()) {
    newest = std::max(newest, part.slice.newest_timestamp_ms());
  }
  batch_.reset();
  sent_.reset();
  next();
}

// A success that did not write all; only a receiver at fault says so, or samples were too old.
void Shard::count_unwritten() {
  const ItemCounts missing = batch_->items().beyond(attempts_.written());
  if (missing.total() <= 0) return;
  stats_.failed(missing);
  log_warn("a 2xx answer says that " + std::to_string(missing.total()) + " of " +
           std::to_string(batch_->samples()) + " samples were not written");
}

void Shard::give_up(const Slice& slice, LossCause cause) {
  const ItemCounts items = ItemCounts::of(slice.record->kind(), slice.count);
  stats_.failed(items);
  stats_.queued(-items);
  observer_.dropped(slice, cause);
}

void Shard::give_up_in_flight(LossCause cause) {
  // What a 2.0 receiver wrote of a request that it refused has not failed.
  stats_.failed(batch_->items().beyond(attempts_.written()));
  stats_.queued(-batch_->items());
  for (const wire::WriteSlice& part : sent_->slices()) observer_.dropped(part.slice, cause);
}

void Shard::finish() {
  SendProgress& progress = stats_.progress;
  progress.samples_finished += batch_->samples();
  progress.send_time += loop_.now() - attempts_.begun();
  progress.last_finished = loop_.now();
}

void Shard::next() {
  if (queue_.has_full()) return begin();
  if (!flushed_) return arm_deadline();
  deadline_.clear();
  std::exchange(drained_, nullptr)();
}

}  // namespace pushpull
