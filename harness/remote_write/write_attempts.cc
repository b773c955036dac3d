#include "harness/remote_write/write_attempts.h"

#include <algorithm>
#include <utility>

namespace pushpull {

WriteAttempts::WriteAttempts(EventLoop& loop, const WriteClient& client, QueueStats& stats,
                             const QueueConfig& config, Hooks hooks)
    : loop_(loop),
      client_(client),
      stats_(stats),
      min_backoff_(config.min_backoff),
      max_backoff_(config.max_backoff),
      hooks_(std::move(hooks)),
      backoff_(config.min_backoff, config.max_backoff) {}

void WriteAttempts::begin(int64_t samples) {
  samples_ = samples;
  attempt_ = 0;
  written_ = {};
  begun_ = loop_.now();
  backoff_ = RetryBackoff(min_backoff_, max_backoff_);
  if (listening_ == nullptr) listening_ = std::make_shared<const bool>(true);
  attempt();
}

void WriteAttempts::cancel() {
  loop_.cancel(retry_timer_);
  listening_.reset();
}

void WriteAttempts::attempt() {
  std::shared_ptr<const WritePayload> payload = hooks_.payload();
  attempt_started_ = loop_.now();
  client_.send(std::move(payload), attempt_++,
               [this, listening = std::weak_ptr(listening_)](const Exchange& exchange) {
                 if (!listening.expired()) on_exchange(exchange);
               });
}

void WriteAttempts::on_exchange(const Exchange& exchange) {
  stats_.sent_batch_duration.observe(loop_.now() - attempt_started_);
  ++stats_.requests_by_status[exchange.failed ? 0 : exchange.response.status];
  const WriteClient::Verdict verdict = client_.judge(exchange, samples_, loop_.now());
  written_ += verdict.written;
  if (verdict.outcome == SendOutcome::kRetry) return pause(backoff_.next(verdict.retry_after));
  hooks_.resolved(verdict.outcome, exchange);
}

void WriteAttempts::pause(Duration pause) {
  hooks_.retrying();
  Instant& until = stats_.progress.retrying_until;
  until = std::max(until, loop_.now() + pause * 2);
  retry_timer_ = loop_.schedule_after(pause, [this] { attempt(); });
}

}  // namespace pushpull
