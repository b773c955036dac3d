#include "harness/net/wan_model.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {

LinkPath::Passage LinkPath::pass(Instant now, int64_t bytes) {
  const Instant begin = std::max(now, free_);
  free_ = begin + shape_.serialization(bytes);
  return {begin, free_};
}

std::optional<int64_t> LinkPath::first_lost(int64_t segments) {
  std::optional<int64_t> first;
  if (shape_.loss == 0) return first;
  for (int64_t i = 0; i < segments; ++i) {
    if (random_.unit() < shape_.loss && !first) first = i;
  }
  return first;
}

Duration LinkPath::draw_jitter() {
  if (shape_.jitter == Duration()) return {};
  const auto most = static_cast<uint64_t>(shape_.jitter.ns());
  return Duration::nanoseconds(static_cast<int64_t>(random_.below(most + 1)));
}

WanLink::WanLink(const LinkSpec& spec, uint64_t seed, const std::string& name)
    : spec_(spec),
      paths_{LinkPath(path_shape(spec, {}, {}), Random(seed, name + "/to_server")),
             LinkPath(path_shape(spec, {}, {}), Random(seed, name + "/to_client"))} {}

void WanLink::disturb(Direction direction, const Disturbance& disturbance) {
  disturbances_[index_of(direction)] = disturbance;
  const auto& [to_server, to_client] = disturbances_;
  // Both: the delay of one way is part of the other's round trip.
  path(Direction::kToServer)->change(path_shape(spec_, to_server, to_client));
  path(Direction::kToClient)->change(path_shape(spec_, to_client, to_server));
}

Duration WanLink::draw_handshake() {
  LinkPath* const out = path(Direction::kToServer);
  Duration total = out->shape().rtt;
  for (Duration wait = Duration::seconds(1); out->first_lost(1); wait = wait * 2) total += wait;
  return total;
}

int64_t WanFlow::allowance(Instant now) {
  if (path_->shape().unshaped()) return std::numeric_limits<int64_t>::max();
  if (now >= turn_end_ && now != begun_) begin_turn(now);
  return window_ - sent_;
}

void WanFlow::begin_turn(Instant now) {
  const PathShape& shape = path_->shape();
  const auto fills_link = [&] {
    return shape.bandwidth != 0 &&
           window_ >= std::max(shape.bandwidth_delay_product(), kLargestBurst);
  };
  if (loss_ != Loss::kNone) {
    shrink();
  } else if (2 * sent_ > window_ && !fills_link()) {
    window_ += window_ < threshold_ ? std::min(sent_, threshold_ - window_) : kSegment;
  }
  if (now - last_sent_ > shape.rtt + kLeastTimeout) window_ = std::min(window_, kInitialWindow);
  sent_ = 0;
  begun_ = now;
}

void WanFlow::shrink() {
  threshold_ = std::max(window_ / 2, 2 * kSegment);
  window_ = loss_ == Loss::kTimeout ? kSegment : threshold_;
  loss_ = Loss::kNone;
}

WanFlow::Sent WanFlow::send(Instant now, int64_t bytes) {
  CHECK(bytes > 0 && bytes <= allowance(now)) << bytes << " bytes do not fit the window";
  const PathShape& shape = path_->shape();
  const LinkPath::Passage passage = path_->pass(now, bytes);
  const Duration repair = lose(bytes);
  const bool first_of_turn = sent_ == 0;
  // An unshaped link has no turns to count in, and would overflow.
  if (!shape.unshaped()) sent_ += bytes;
  if (first_of_turn) turn_end_ = passage.begin + shape.rtt;
  turn_end_ = std::max(turn_end_, passage.end);
  if (repair > Duration()) turn_end_ = std::max(turn_end_, passage.begin + shape.rtt + repair);
  last_sent_ = passage.end;
  begun_ = Instant();
  const Instant arrival = passage.end + shape.one_way + path_->draw_jitter() + repair;
  delivered_ = std::max(delivered_, arrival);
  return {passage, delivered_};
}

Duration WanFlow::lose(int64_t bytes) {
  const int64_t segments = (bytes + kSegment - 1) / kSegment;
  const std::optional<int64_t> lost = path_->first_lost(segments);
  if (!lost) return {};
  const Duration rtt = path_->shape().rtt;
  if (segments - 1 - *lost < kDuplicateAcks) {
    loss_ = Loss::kTimeout;
    return rtt + kLeastTimeout;
  }
  loss_ = std::max(loss_, Loss::kRepaired);
  return rtt;
}

}  // namespace pushpull
