#include "harness/run/link_weather.h"

#include "harness/base/check.h"

namespace pushpull {

bool LinkWeather::concerns(const Fault& fault, Direction direction) const {
  if (fault.heading == Heading::kBoth) return true;
  const bool to_central = (direction == Direction::kToServer) == push_;
  return (fault.heading == Heading::kToCentral) == to_central;
}

void LinkWeather::set(const Fault& fault, bool in_force) {
  for (const Direction direction : kDirections) {
    if (!concerns(fault, direction)) continue;
    Disturbance& disturbance = now_[index_of(direction)];
    switch (fault.kind) {
      case FaultKind::kLatency:
        disturbance.delay = in_force ? fault.add : Duration();
        disturbance.jitter = in_force ? fault.jitter : Duration();
        break;
      case FaultKind::kBandwidth:
        disturbance.bandwidth = in_force ? fault.limit : 0;
        break;
      case FaultKind::kPacketLoss:
        disturbance.loss = in_force ? fault.share : 0;
        break;
      default:
        CHECK(false) << fault_name(fault.kind) << " does not disturb the link";
    }
  }
}

}  // namespace pushpull
