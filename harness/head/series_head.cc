#include "harness/head/series_head.h"

#include <algorithm>
#include <utility>

#include "harness/workload/special_values.h"

namespace pushpull {

void SeriesHead::examine(const Slice& slice, const TimeBounds& bounds, const Judged& judged) const {
  const Record& record = *slice.record;
  if (record.extras != nullptr) {
    return judge_each(slice, judged,
                      [&](uint32_t position) { return judge_histogram(record, position, bounds); });
  }
  judge_each(slice, judged, [&](uint32_t position) {
    return judge(find(record.layout->ref(position)), record.timestamp(position),
                 record.value(position), bounds);
  });
}

void SeriesHead::append(const Slice& slice, const TimeBounds& bounds, const Judged& judged) {
  const Record& record = *slice.record;
  if (record.extras != nullptr) return append_histograms(slice, bounds, judged);
  judge_each(slice, judged, [&](uint32_t position) {
    const uint64_t ref = record.layout->ref(position);
    const Newest sample = {record.timestamp(position), record.value(position)};
    const Fate fate = judge(find(ref), sample.timestamp_ms, sample.value, bounds);
    if (fate == Fate::kStored) restore(ref, sample);
    return fate;
  });
}

void SeriesHead::append_histograms(const Slice& slice, const TimeBounds& bounds,
                                   const Judged& judged) {
  const Record& record = *slice.record;
  judge_each(slice, judged, [&](uint32_t position) {
    const Fate fate = judge_histogram(record, position, bounds);
    if (fate == Fate::kStored) {
      // Shares the record's: no copy.
      restore(record.layout->ref(position),
              std::shared_ptr<const NativeHistogram>(record.extras,
                                                     &record.extras->histograms[position]));
    }
    return fate;
  });
}

Fate SeriesHead::judge_histogram(const Record& record, uint32_t position,
                                 const TimeBounds& bounds) const {
  const uint64_t ref = record.layout->ref(position);
  return judge(find(ref), find_histogram(ref), record.extras->histograms[position], bounds);
}

const NativeHistogram* SeriesHead::find_histogram(uint64_t ref) const {
  const Newest* newest = find(ref);
  if (newest == nullptr || !same_value(newest->value, kHistogramValue)) return nullptr;
  const auto known = histograms_.find(ref);
  // A float of those very bits may have come after an older histogram.
  const bool newest_too =
      known != histograms_.end() && known->second->timestamp_ms == newest->timestamp_ms;
  return newest_too ? known->second.get() : nullptr;
}

void SeriesHead::restore(uint64_t ref, const Newest& newest) {
  newest_.put(ref, newest);
  max_timestamp_ms_ = std::max(max_timestamp_ms_, newest.timestamp_ms);
}

void SeriesHead::restore(uint64_t ref, std::shared_ptr<const NativeHistogram> newest) {
  restore(ref, Newest{newest->timestamp_ms, kHistogramValue});
  histograms_[ref] = std::move(newest);
}

void SeriesHead::forget(uint64_t ref) {
  newest_.erase(ref);
  histograms_.erase(ref);
}

}  // namespace pushpull
