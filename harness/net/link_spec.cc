#include "harness/net/link_spec.h"

#include <algorithm>

namespace pushpull {

Duration PathShape::serialization(int64_t bytes) const {
  if (bandwidth == 0) return Duration();
  return Duration::from_seconds(static_cast<double>(bytes) * 8 / static_cast<double>(bandwidth));
}

int64_t PathShape::bandwidth_delay_product() const {
  return static_cast<int64_t>(static_cast<double>(bandwidth) / 8 * rtt.in_seconds());
}

PathShape path_shape(const LinkSpec& spec, const Disturbance& here, const Disturbance& back) {
  PathShape shape;
  shape.one_way = spec.rtt / 2 + here.delay;
  shape.rtt = spec.rtt + here.delay + back.delay;
  shape.jitter = spec.jitter + here.jitter;
  shape.bandwidth = spec.bandwidth == 0 || here.bandwidth == 0
                        ? spec.bandwidth + here.bandwidth
                        : std::min(spec.bandwidth, here.bandwidth);
  // 1 - (1 - a)(1 - b), so written that one loss alone stays exactly what it is.
  shape.loss = spec.loss + here.loss - spec.loss * here.loss;
  return shape;
}

}  // namespace pushpull
