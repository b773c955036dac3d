#include "harness/net/wan_model.h"

#include <algorithm>
#include <limits>

#include "harness/base/check.h"

namespace pushpull {

Duration LinkSpec::serialization(int64_t bytes) const {
  if (bandwidth == 0) return Duration();
  return Duration::from_seconds(static_cast<double>(bytes) * 8 / static_cast<double>(bandwidth));
}

int64_t LinkSpec::bandwidth_delay_product() const {
  return static_cast<int64_t>(static_cast<double>(bandwidth) / 8 * rtt.in_seconds());
}

Bottleneck::Passage Bottleneck::pass(Instant now, int64_t bytes) {
  const Instant begin = std::max(now, free_);
  free_ = begin + spec_.serialization(bytes);
  return {begin, free_};
}

int64_t WanFlow::allowance(Instant now) {
  if (spec_.unshaped()) return std::numeric_limits<int64_t>::max();
  if (now >= turn_end_) begin_turn(now);
  return window_ - sent_;
}

void WanFlow::begin_turn(Instant now) {
  const bool fills_link =
      spec_.bandwidth != 0 && window_ >= std::max(spec_.bandwidth_delay_product(), kLargestBurst);
  if (2 * sent_ > window_ && !fills_link) window_ += sent_;
  if (now - last_sent_ > spec_.rtt + kIdleFloor) window_ = kInitialWindow;
  sent_ = 0;
}

WanFlow::Sent WanFlow::send(Instant now, int64_t bytes) {
  CHECK(bytes > 0 && bytes <= allowance(now)) << bytes << " bytes do not fit the window";
  const Bottleneck::Passage passage = bottleneck_->pass(now, bytes);
  const bool first_of_turn = sent_ == 0;
  sent_ += bytes;
  if (first_of_turn) turn_end_ = passage.begin + spec_.rtt;
  turn_end_ = std::max(turn_end_, passage.end);
  last_sent_ = passage.end;
  return {passage, passage.end + spec_.one_way()};
}

}  // namespace pushpull
