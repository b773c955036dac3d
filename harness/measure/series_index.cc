#include "harness/measure/series_index.h"

namespace pushpull {

SeriesId SeriesIndex::of(uint64_t ref) {
  if (ref >= by_ref_.size()) by_ref_.resize(ref + 1);
  std::optional<SeriesId>& id = by_ref_[ref];
  if (!id) id = known_.find(labels_of_(ref));
  return *id;
}

}  // namespace pushpull
