#include "harness/measure/position_set.h"

#include <algorithm>
#include <bit>

#include "harness/base/check.h"

namespace pushpull {

uint32_t PositionSet::add(const PositionRun& run) {
  if (full() || run.count == 0) return 0;
  if (run.count == size_) return added(missing());  // positions are distinct, so these are all
  if (const std::optional<uint32_t> more = extend(run)) return added(*more);
  use_bits();
  return added(set_bits(run));
}

uint32_t PositionSet::add(const Slice& slice) {
  if (slice.count == 0) return 0;
  if (const ShardPositions& shard = *slice.positions; shard.strided())
    return add(PositionRun{shard.position(slice.first), shard.stride(), slice.count});
  if (full()) return 0;
  if (slice.count == size_) return added(missing());
  use_bits();
  return added(set_bits(slice));
}

PositionSet::Interval PositionSet::interval(uint32_t residue) const {
  const uint64_t packed = store_[1 + residue];
  return {static_cast<uint32_t>(packed), static_cast<uint32_t>(packed >> 32)};
}

void PositionSet::set_interval(uint32_t residue, Interval interval) {
  store_[1 + residue] = interval.begin | uint64_t{interval.end} << 32;
}

// A single position fits any stride. Intervals take no more memory than bits would.
std::optional<uint32_t> PositionSet::extend(const PositionRun& run) {
  if (store_ == nullptr) {
    if (run.stride > words()) return std::nullopt;
    store_ = std::make_unique<uint64_t[]>(1 + run.stride);
    store_[0] = run.stride;
  }
  const auto stride = static_cast<uint32_t>(this->stride());
  if (stride == kBits || (run.stride != stride && run.count > 1)) return std::nullopt;
  const uint32_t residue = run.first % stride;
  const uint32_t begin = run.first / stride;
  const uint32_t end = begin + run.count;
  const Interval known = interval(residue);
  if (known.begin == known.end) {
    set_interval(residue, {begin, end});
    return run.count;
  }
  if (begin > known.end || end < known.begin) return std::nullopt;
  const Interval both = {std::min(begin, known.begin), std::max(end, known.end)};
  set_interval(residue, both);
  return (both.end - both.begin) - (known.end - known.begin);
}

uint32_t PositionSet::added(uint32_t more) {
  count_ += more;
  if (full()) store_.reset();
  return more;
}

void PositionSet::use_bits() {
  if (store_ != nullptr && stride() == kBits) return;
  auto bits = std::make_unique<uint64_t[]>(1 + words());
  for (uint32_t i = 0; i < words() && store_ != nullptr; ++i) bits[1 + i] = interval_word(i);
  store_ = std::move(bits);
}

template <class Positions>
uint32_t PositionSet::set_bits(const Positions& positions) {
  uint64_t* bits = &store_[1];
  uint32_t more = 0;
  for_each_word(positions, [&](uint32_t index, uint64_t mask) {
    more += static_cast<uint32_t>(std::popcount(mask & ~bits[index]));
    bits[index] |= mask;
  });
  return more;
}

template <class Positions>
bool PositionSet::any_bit(const Positions& positions) const {
  bool any = false;
  for_each_word(positions,
                [&](uint32_t index, uint64_t mask) { any |= (word(index) & mask) != 0; });
  return any;
}

bool PositionSet::intersects(const Slice& slice) const {
  if (slice.count == 0 || count_ == 0) return false;
  if (full()) return true;
  const ShardPositions& shard = *slice.positions;
  if (stride() == kBits || !shard.strided() || shard.stride() != stride()) return any_bit(slice);
  const uint32_t first = shard.position(slice.first);
  const Interval known = interval(first % shard.stride());
  const uint32_t begin = first / shard.stride();
  return begin < known.end && known.begin < begin + slice.count;
}

bool PositionSet::contains(uint32_t position) const {
  if (store_ == nullptr) return count_ > 0;
  if (stride() == kBits) return (store_[1 + position / 64] >> (position % 64) & 1) != 0;
  const auto stride = static_cast<uint32_t>(this->stride());
  const Interval in = interval(position % stride);
  const uint32_t rank = position / stride;
  return in.begin <= rank && rank < in.end;
}

PositionSet PositionSet::common(const PositionSet& other, bool in) const {
  CHECK(other.size_ == size_);
  PositionSet out(size_);
  out.use_bits();
  for (uint32_t i = 0; i < words(); ++i) {
    const uint64_t bits = word(i) & (in ? other.word(i) : ~other.word(i));
    out.store_[1 + i] = bits;
    out.count_ += static_cast<uint32_t>(std::popcount(bits));
  }
  if (out.full() || out.count_ == 0) out.store_.reset();
  return out;
}

uint64_t PositionSet::word(uint32_t index) const {
  if (store_ == nullptr) return count_ == 0 ? 0 : all(index);
  return stride() == kBits ? store_[1 + index] : interval_word(index);
}

uint64_t PositionSet::interval_word(uint32_t index) const {
  const auto stride = static_cast<uint32_t>(this->stride());
  uint64_t word = 0;
  for (uint32_t bit = 0; bit < 64; ++bit) {
    const uint32_t position = index * 64 + bit;
    const Interval in = interval(position % stride);
    const uint32_t rank = position / stride;
    word |= uint64_t{in.begin <= rank && rank < in.end} << bit;
  }
  return word;
}

}  // namespace pushpull
