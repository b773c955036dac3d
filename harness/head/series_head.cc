#include "harness/head/series_head.h"

#include <algorithm>

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
  judge_samples(slice, judged, [&](uint64_t ref, const Newest& sample) {
    return judge(find(ref), sample.timestamp_ms, sample.value, bounds);
  });
}

void SeriesHead::append(const Slice& slice, const TimeBounds& bounds, const Judged& judged) {
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

void SeriesHead::restore(uint64_t ref, const Newest& newest) {
  newest_.put(ref, newest);
  max_timestamp_ms_ = std::max(max_timestamp_ms_, newest.timestamp_ms);
}

}  // namespace pushpull
