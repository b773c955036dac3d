#include "harness/measure/series_index.h"

namespace pushpull {

SeriesId SeriesIndex::look_up(uint64_t ref) {
  const SeriesId id = known_.find(labels_of_(ref));
  by_ref_.put(ref, id);
  return id;
}

}  // namespace pushpull
