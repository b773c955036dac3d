// How far back a head reaches. As Prometheus cuts its head (tsdb/head.go compactable() and gc(),
// tsdb/db.go Compact()): once more than three hours of data are in it, what lies before the next
// even hour goes into a block, again and again until it is three hours at most. Series without a
// sample from then on are removed with their labels. Time is that of the data.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/base/time.h"
#include "harness/head/acceptance.h"

namespace pushpull {

class HeadWindow {
 public:
  static constexpr Duration kChunkRange = Duration::hours(2);
  // At most this much stays uncut.
  static constexpr Duration kCutAt = kChunkRange / 2 * 3;

  HeadWindow() = default;
  // Of a head that was saved.
  explicit HeadWindow(int64_t begin_ms) : begin_ms_(begin_ms) {}

  // `newest_ms` is the head's newest timestamp (kEmptyHead: none yet). Where the head is to be cut,
  // the time before which nothing stays: an hour before `newest_ms` or earlier, so what is cut
  // could not be appended to any more. The window begins there from now on.
  std::optional<int64_t> cut(int64_t newest_ms);

  // kEmptyHead before the first sample. (The real one's moves on further behind a gap in the data.)
  int64_t begin_ms() const { return begin_ms_; }

 private:
  int64_t begin_ms_ = kEmptyHead;
};

}  // namespace pushpull
