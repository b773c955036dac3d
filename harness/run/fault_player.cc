#include "harness/run/fault_player.h"

#include <algorithm>

namespace pushpull {
namespace {

// Ends only once another process runs.
bool restarts(FaultKind kind) {
  return kind == FaultKind::kCentralDown || kind == FaultKind::kCentralRestart ||
         kind == FaultKind::kLeafRestart;
}

}  // namespace

void FaultPlayer::schedule(EventLoop& loop, const std::vector<Fault>& timeline,
                           Instant measure_begin) {
  loop_ = &loop;
  for (const Fault& fault : timeline) {
    loop.schedule_at(measure_begin + fault.at, [this, &fault] { begin(fault); });
    loop.schedule_at(measure_begin + fault.end(), [this, &fault] { end(fault); });
  }
}

void FaultPlayer::begin(const Fault& fault) {
  spans_.push_back({fault.name, loop_->now(), Instant::max()});
  switch (fault.kind) {
    case FaultKind::kLinkDown:
      return set_link(LinkState::kDown);
    case FaultKind::kBlackhole:
      return set_link(LinkState::kBlackhole);
    case FaultKind::kReset:
      return reset_link();
    case FaultKind::kLatency:
    case FaultKind::kBandwidth:
    case FaultKind::kPacketLoss:
      weather_.begin(fault);
      return disturb_link();
    case FaultKind::kHttpStatus:
      return answer_at_link(
          LinkAnswer{static_cast<int>(fault.status), fault.share, fault.retry_after});
    case FaultKind::kCentralDown:
    case FaultKind::kCentralRestart:
      return stop(ServerRole::kCentral);
    case FaultKind::kLeafRestart:
      return stop(ServerRole::kLeaf);
    case FaultKind::kSlowReceiver:
      slowness_ = {fault.per_request, fault.per_sample};
      return slow_central(*slowness_);
    case FaultKind::kTargetDown:
      return set_targets_down(fault.share);
    case FaultKind::kPause:
      paused_.insert(fault.role);
      return pause(fault.role);
  }
}

void FaultPlayer::end(const Fault& fault) {
  if (!restarts(fault.kind)) ended(fault.name);
  switch (fault.kind) {
    case FaultKind::kLinkDown:
    case FaultKind::kBlackhole:
      return set_link(LinkState::kUp);
    case FaultKind::kReset:
      return;
    case FaultKind::kLatency:
    case FaultKind::kBandwidth:
    case FaultKind::kPacketLoss:
      weather_.end(fault);
      return disturb_link();
    case FaultKind::kHttpStatus:
      return answer_at_link(std::nullopt);
    case FaultKind::kCentralDown:
    case FaultKind::kCentralRestart:
      return start(ServerRole::kCentral, fault.name);
    case FaultKind::kLeafRestart:
      return start(ServerRole::kLeaf, fault.name);
    case FaultKind::kSlowReceiver:
      slowness_.reset();
      return slow_central({});
    case FaultKind::kTargetDown:
      return set_targets_down(0);
    case FaultKind::kPause:
      paused_.erase(fault.role);
      return resume(fault.role);
  }
}

void FaultPlayer::began(ServerRole role, const std::string& fault) {
  ended(fault);
  if (role == ServerRole::kCentral && slowness_) slow_central(*slowness_);
  if (paused_.contains(role)) pause(role);
}

void FaultPlayer::ended(const std::string& fault) {
  for (FaultSpan& span : spans_) {
    if (span.name == fault) span.to = loop_->now();
  }
}

std::vector<FaultSpan> FaultPlayer::spans(Instant end) const {
  std::vector<FaultSpan> spans = spans_;
  for (FaultSpan& span : spans) span.to = std::min(span.to, end);
  return spans;
}

void FaultPlayer::disturb_link() {
  for (const Direction direction : kDirections) disturb_link(direction, weather_.of(direction));
}

}  // namespace pushpull
