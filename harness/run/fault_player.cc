#include "harness/run/fault_player.h"

namespace pushpull {

void FaultPlayer::schedule(EventLoop& loop, const std::vector<Fault>& timeline,
                           Instant measure_begin) {
  loop_ = &loop;
  for (const Fault& fault : timeline) {
    loop.schedule_at(measure_begin + fault.at, [this, &fault] { begin(fault); });
    loop.schedule_at(measure_begin + fault.end(), [this, &fault] { end(fault); });
  }
}

void FaultPlayer::begin(const Fault& fault) {
  spans_.push_back({fault.name, loop_->now(), loop_->now()});
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
      return slow_central({fault.per_request, fault.per_sample});
    case FaultKind::kTargetDown:
      return set_targets_down(fault.share);
    case FaultKind::kPause:
      return pause(fault.role);
  }
}

void FaultPlayer::end(const Fault& fault) {
  ended_at(fault.name, loop_->now());
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
      return slow_central({});
    case FaultKind::kTargetDown:
      return set_targets_down(0);
    case FaultKind::kPause:
      return resume(fault.role);
  }
}

void FaultPlayer::ended_at(const std::string& fault, Instant when) {
  for (FaultSpan& span : spans_) {
    if (span.name == fault) span.to = when;
  }
}

void FaultPlayer::disturb_link() {
  for (const Direction direction : kDirections) disturb_link(direction, weather_.of(direction));
}

}  // namespace pushpull
