#include "harness/head/head_window.h"

namespace pushpull {

std::optional<int64_t> HeadWindow::cut(int64_t newest_ms) {
  if (begin_ms_ == kEmptyHead) begin_ms_ = newest_ms;
  if (newest_ms <= begin_ms_) return std::nullopt;
  // Unsigned: senders to an old release may name any time.
  const uint64_t span = static_cast<uint64_t>(newest_ms) - static_cast<uint64_t>(begin_ms_);
  if (span <= static_cast<uint64_t>(kCutAt.ms())) return std::nullopt;
  constexpr int64_t kRange = kChunkRange.ms();
  const int64_t last_outside = newest_ms - kCutAt.ms() - 1;
  const int64_t into_range = (last_outside % kRange + kRange) % kRange;
  begin_ms_ = last_outside - into_range + kRange;
  return begin_ms_;
}

}  // namespace pushpull
