#include "harness/remote_write/metadata_sender.h"

#include <algorithm>
#include <utility>

#include "harness/base/log.h"

namespace pushpull {

MetadataSender::MetadataSender(EventLoop& loop, const WriteClient& client, MetadataSource& source,
                               QueueStats& stats, const RemoteWriteConfig& config)
    : loop_(loop),
      client_(client),
      source_(source),
      stats_(stats),
      max_per_send_(config.metadata_config.max_samples_per_send),
      ticker_(loop, config.metadata_config.send_interval, [this] { tick(); }),
      attempts_(
          loop, client, stats, config.queue_config,
          {[this] { return payload_; }, [this] { stats_.metadata_retried_total += request_size(); },
           [this](SendOutcome outcome, const Exchange&) { on_resolved(outcome); }}) {}

MetadataSender::~MetadataSender() { loop_.cancel(flush_timer_); }

void MetadataSender::tick() {
  if (payload_ != nullptr) {
    tick_waits_ = true;
    return;
  }
  entries_ = source_.metadata();
  sent_ = 0;
  send_next();
}

int64_t MetadataSender::request_size() const {
  return std::min(max_per_send_, static_cast<int64_t>(entries_.size() - sent_));
}

void MetadataSender::send_next() {
  payload_.reset();
  if (sent_ < entries_.size()) {
    const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(sent_);
    payload_ = std::make_shared<const WritePayload>(
        std::vector<wire::FamilyMetadata>(begin, begin + request_size()));
    return attempts_.begin(0);
  }
  if (stopping_) return stopped();
  if (std::exchange(tick_waits_, false)) tick();
}

void MetadataSender::on_resolved(SendOutcome outcome) {
  const int64_t entries = request_size();
  if (outcome == SendOutcome::kDelivered) {
    stats_.metadata_total += entries;
    stats_.metadata_bytes_total += payload_->wire_size();
  } else {
    stats_.metadata_failed_total += entries;
    log_warn("metadata was refused: " + std::to_string(entries) + " entries are not sent again");
  }
  sent_ += static_cast<size_t>(entries);
  send_next();
}

void MetadataSender::stop(Duration deadline, std::function<void()> done) {
  ticker_.stop();
  stopping_ = true;
  done_ = std::move(done);
  if (payload_ == nullptr) return stopped();
  flush_timer_ = loop_.schedule_after(deadline, [this] {
    const auto left = static_cast<int64_t>(entries_.size() - sent_);
    stats_.metadata_failed_total += left;
    log_warn("metadata could not be flushed: " + std::to_string(left) + " entries are not sent");
    abandon();
    stopped();
  });
}

void MetadataSender::stopped() {
  loop_.cancel(flush_timer_);
  std::exchange(done_, nullptr)();
}

void MetadataSender::abandon() {
  ticker_.stop();
  loop_.cancel(flush_timer_);
  attempts_.cancel();
  payload_.reset();
}

}  // namespace pushpull
