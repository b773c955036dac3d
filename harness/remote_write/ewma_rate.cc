#include "harness/remote_write/ewma_rate.h"

#include <utility>

namespace pushpull {
namespace {

constexpr double kWeight = 0.2;  // of the newest tick

}  // namespace

void EwmaRate::tick() {
  const int64_t events = std::exchange(new_events_, 0);
  const double now = static_cast<double>(events) / kShardUpdateInterval.in_seconds();
  if (begun_) {
    rate_ += kWeight * (now - rate_);
  } else if (events > 0) {
    begun_ = true;
    rate_ = now;
  }
}

}  // namespace pushpull
