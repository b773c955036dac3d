#include "harness/head/series_head.h"

#include <algorithm>
#include <utility>

#include "harness/workload/special_values.h"

namespace pushpull {

namespace {

// As judge_each(), by fate_of(ref, sample).
template <class FateOf>
void judge_samples(const Slice& slice, const Head::Judged& judged, FateOf&& fate_of) {
  const Record& record = *slice.record;
  const Layout& layout = *record.layout;
  const double* const values = record.values.empty() ? nullptr : record.values.data();
  judge_each(slice, judged, [&](uint32_t position) {
    const double value = values != nullptr ? values[position] : record.value(position);
    return fate_of(layout.ref(position), Newest{record.timestamp(position), value});
  });
}

}  // namespace

void SeriesHead::examine(const Slice& slice, const TimeBounds& bounds, const Judged& judged) const {
  const Record& record = *slice.record;
  if (record.extras != nullptr) {
    return judge_each(slice, judged,
                      [&](uint32_t position) { return judge_histogram(record, position, bounds); });
  }
  judge_samples(slice, judged, [&](uint64_t ref, const Newest& sample) {
    return judge(find(ref), sample.timestamp_ms, sample.value, bounds);
  });
}

void SeriesHead::append(const Slice& slice, const TimeBounds& bounds, const Judged& judged) {
  if (slice.record->extras != nullptr) return append_histograms(slice, bounds, judged);
  judge_samples(slice, judged, [&](uint64_t ref, const Newest& sample) {
    Newest* const newest = newest_.find(ref);
    const Fate fate = judge(newest, sample.timestamp_ms, sample.value, bounds);
    if (fate != Fate::kStored) return fate;
    if (newest == nullptr) {
      restore(ref, sample);
    } else {
      *newest = sample;
      max_timestamp_ms_ = std::max(max_timestamp_ms_, sample.timestamp_ms);
    }
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
