#include "harness/head/series_head.h"

#include <algorithm>

namespace pushpull {

void SeriesHead::examine(const Slice& slice, const TimeBounds& bounds, const Judged& judged) const {
  const Record& record = *slice.record;
  judge_each(slice, judged, [&](uint32_t position) {
    return judge(find(record.layout->ref(position)), record.timestamp(position),
                 record.value(position), bounds);
  });
}

void SeriesHead::append(const Slice& slice, const TimeBounds& bounds, const Judged& judged) {
  const Record& record = *slice.record;
  judge_each(slice, judged, [&](uint32_t position) {
    const uint64_t ref = record.layout->ref(position);
    const Newest sample = {record.timestamp(position), record.value(position)};
    const Fate fate = judge(find(ref), sample.timestamp_ms, sample.value, bounds);
    if (fate == Fate::kStored) restore(ref, sample);
    return fate;
  });
}

void SeriesHead::restore(uint64_t ref, const Newest& newest) {
  newest_.put(ref, newest);
  max_timestamp_ms_ = std::max(max_timestamp_ms_, newest.timestamp_ms);
}

}  // namespace pushpull
