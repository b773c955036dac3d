#include "harness/net_sim/sim_link.h"

#include <algorithm>
#include <utility>

namespace pushpull {

SimLink::SimLink(std::string name, const LinkSpec& spec, uint64_t seed)
    : name_(std::move(name)), wan_(spec, seed, "link"), answers_(seed) {}

void SimLink::count(Direction direction, const LinkPath::Passage& passage, int64_t bytes) {
  total_[index_of(direction)] += bytes;
  if (buckets_.empty()) {
    const Duration past_edge = Duration::nanoseconds(passage.begin.unix_ns()) % kBucket;
    first_bucket_ = passage.begin - past_edge;
  }
  const Duration length = passage.end - passage.begin;
  const auto first = static_cast<size_t>((passage.begin - first_bucket_) / kBucket);
  // A passage that ends on an edge has nothing in the bucket behind it.
  const Instant last_byte = std::max(passage.begin, passage.end - Duration::nanoseconds(1));
  const auto last = static_cast<size_t>((last_byte - first_bucket_) / kBucket);
  // What has passed by the end of each bucket, rounded down; the last takes the rest.
  int64_t passed = 0;
  for (size_t bucket = first; bucket < last; ++bucket) {
    const Instant edge = first_bucket_ + kBucket * static_cast<int64_t>(bucket + 1);
    const double share = (edge - passage.begin).in_seconds() / length.in_seconds();
    const auto by_edge = static_cast<int64_t>(static_cast<double>(bytes) * share);
    slot(direction, bucket) += by_edge - passed;
    passed = by_edge;
  }
  slot(direction, last) += bytes - passed;
}

int64_t& SimLink::slot(Direction direction, size_t bucket) {
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  Bucket& counts = buckets_[bucket];
  return direction == Direction::kToServer ? counts.to_server : counts.to_client;
}

}  // namespace pushpull
