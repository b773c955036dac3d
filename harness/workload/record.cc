#include "harness/workload/record.h"

#include <algorithm>

#include "harness/base/check.h"
#include "harness/workload/special_values.h"
#include "harness/workload/target.h"

namespace pushpull {

Record Record::of_histograms(std::shared_ptr<const Layout> layout,
                             std::vector<NativeHistogram> histograms) {
  CHECK(!histograms.empty() && layout->size() == histograms.size());
  Record record;
  record.layout = std::move(layout);
  for (const NativeHistogram& h : histograms) record.timestamps.push_back(h.timestamp_ms);
  auto extras = std::make_shared<RecordExtras>();
  extras->histograms = std::move(histograms);
  record.extras = std::move(extras);
  return record;
}

Record Record::of_exemplars(std::shared_ptr<const Layout> layout, std::vector<Exemplar> exemplars) {
  CHECK(!exemplars.empty() && layout->size() == exemplars.size());
  Record record;
  record.layout = std::move(layout);
  for (const Exemplar& e : exemplars) record.timestamps.push_back(e.timestamp_ms);
  auto extras = std::make_shared<RecordExtras>();
  extras->exemplars = std::move(exemplars);
  record.extras = std::move(extras);
  return record;
}

double Record::value(uint32_t position) const {
  if (!values.empty()) return values[position];
  if (stale_markers) return stale_nan();
  CHECK(layout->target() != nullptr) << "a record without values needs a generator";
  return layout->target()->value(position, ordinal);
}

Slice Slice::whole(RecordPtr record) {
  const ShardPositions* positions = &record->layout->in_order();
  const uint32_t count = record->size();
  return {std::move(record), positions, 0, count};
}

int64_t Slice::newest_timestamp_ms() const {
  if (record->timestamps.empty()) return record->timestamp_ms;
  int64_t newest = record->timestamp(position(0));
  for (uint32_t i = 1; i < count; ++i) newest = std::max(newest, record->timestamp(position(i)));
  return newest;
}

uint64_t sample_count(const std::vector<Slice>& slices) {
  uint64_t n = 0;
  for (const Slice& slice : slices) n += slice.count;
  return n;
}

}  // namespace pushpull
