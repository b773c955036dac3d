#include "harness/prometheus/selection_cache.h"

namespace pushpull {

std::shared_ptr<const FederatedSeries> SelectionCache::select(
    const FederateQuery& query, uint64_t series,
    const std::function<void(const Visit&)>& for_each) {
  if (selected_ != nullptr && key_ == query.key && series_ == series) return selected_;
  FederatedSeries::Builder builder(external_labels_);
  for_each([&](uint64_t ref, const Labels& labels) {
    if (query.selects(labels)) builder.add(ref, labels);
  });
  key_ = query.key;
  series_ = series;
  selected_ = builder.build();
  return selected_;
}

}  // namespace pushpull
