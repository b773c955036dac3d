#include "harness/measure/series_index.h"

namespace pushpull {

SeriesId SeriesIndex::look_up(uint64_t ref) {
  if (ref >= by_ref_.size()) by_ref_.resize(ref + 1);
  return *(by_ref_[ref] = known_.find(labels_of_(ref)));
}

}  // namespace pushpull
