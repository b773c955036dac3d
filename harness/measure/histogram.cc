#include "harness/measure/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "harness/base/check.h"

namespace pushpull {

namespace {

constexpr size_t kPerOctave = 64;

}  // namespace

// Values below 128 are their own bucket. Above, the seven highest bits (64 … 127) choose the bucket
// of octave `shift`.
size_t Histogram::index(int64_t ns) {
  const auto value = static_cast<uint64_t>(std::max<int64_t>(ns, 0));
  const auto width = static_cast<size_t>(std::bit_width(value));
  const size_t shift = width > 7 ? width - 7 : 0;
  return shift * kPerOctave + static_cast<size_t>(value >> shift);
}

Duration Histogram::low(size_t index) {
  if (index < 2 * kPerOctave) return Duration::nanoseconds(static_cast<int64_t>(index));
  const size_t shift = index / kPerOctave - 1;
  const uint64_t low = (index - shift * kPerOctave) << shift;
  // The end of the last bucket is 2^63, one more than a Duration holds.
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
  return Duration::nanoseconds(static_cast<int64_t>(std::min(low, kMost)));
}

void Histogram::record(Duration value, uint64_t count) {
  if (count == 0) return;
  const int64_t ns = value.ns();
  const size_t bucket = index(ns);
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  buckets_[bucket] += count;
  min_ns_ = finite_ == 0 ? ns : std::min(min_ns_, ns);
  max_ns_ = finite_ == 0 ? ns : std::max(max_ns_, ns);
  sum_ns_ += Sum{ns} * count;
  finite_ += count;
}

void Histogram::merge(const Histogram& other) {
  infinite_ += other.infinite_;
  if (other.finite_ == 0) return;
  buckets_.resize(std::max(buckets_.size(), other.buckets_.size()));
  for (size_t i = 0; i < other.buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  min_ns_ = finite_ == 0 ? other.min_ns_ : std::min(min_ns_, other.min_ns_);
  max_ns_ = finite_ == 0 ? other.max_ns_ : std::max(max_ns_, other.max_ns_);
  sum_ns_ += other.sum_ns_;
  finite_ += other.finite_;
}

void Histogram::clear() {
  std::ranges::fill(buckets_, 0);
  finite_ = 0;
  infinite_ = 0;
  sum_ns_ = 0;
}

std::optional<Duration> Histogram::quantile(double q) const {
  CHECK(q >= 0 && q <= 1) << "a quantile is a share: " << q;
  if (count() == 0) return std::nullopt;
  const double share = std::ceil(q * static_cast<double>(count()));
  const uint64_t rank = std::clamp<uint64_t>(static_cast<uint64_t>(share), 1, count());
  if (rank > finite_) return kInfinite;
  size_t bucket = 0;
  for (uint64_t seen = buckets_[0]; seen < rank; seen += buckets_[bucket]) ++bucket;
  const int64_t begin = low(bucket).ns();
  const int64_t middle = begin + (low(bucket + 1).ns() - begin) / 2;
  return Duration::nanoseconds(std::clamp(middle, min_ns_, max_ns_));
}

std::optional<Duration> Histogram::min() const {
  return finite_ == 0 ? std::nullopt : std::optional(Duration::nanoseconds(min_ns_));
}

std::optional<Duration> Histogram::max() const {
  return finite_ == 0 ? std::nullopt : std::optional(Duration::nanoseconds(max_ns_));
}

std::optional<Duration> Histogram::mean() const {
  if (finite_ == 0) return std::nullopt;
  return Duration::nanoseconds(static_cast<int64_t>(sum_ns_ / static_cast<Sum>(finite_)));
}

}  // namespace pushpull
