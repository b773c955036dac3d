// Which positions of one scrape something is true for. Sixteen bytes while none or all are in; one
// bit per position in between.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>

#include "harness/base/check.h"
#include "harness/measure/position_run.h"

namespace pushpull {

class PositionSet {
 public:
  PositionSet() = default;
  // Empty; its positions will be 0 … size-1.
  explicit PositionSet(uint32_t size) : size_(size) {}

  uint32_t size() const { return size_; }
  uint32_t count() const { return count_; }
  uint32_t missing() const { return size_ - count_; }
  bool full() const { return count_ == size_; }
  bool contains(uint32_t position) const { return (word(position / 64) >> (position % 64)) & 1; }

  // Adds a Slice or a PositionRun; returns how many of its positions were not in yet. Requires: all
  // of them below size(). Costs per 64 positions where strided.
  template <class Positions>
  uint32_t add(const Positions& positions);

  uint32_t words() const { return (size_ + 63) / 64; }
  // Bit b is position index*64+b. Requires: index < words().
  uint64_t word(uint32_t index) const {
    if (bits_ != nullptr) return bits_[index];
    return count_ == 0 ? 0 : all(index);
  }
  // The bits of word `index` that stand for a position at all.
  uint64_t all(uint32_t index) const {
    const uint32_t end = size_ - index * 64;
    return end >= 64 ? ~uint64_t{0} : (uint64_t{1} << end) - 1;
  }

 private:
  uint32_t size_ = 0;
  uint32_t count_ = 0;
  std::unique_ptr<uint64_t[]> bits_;  // null where none or all are in
};

template <class Positions>
uint32_t PositionSet::add(const Positions& positions) {
  if (full() || positions.count == 0) return 0;
  if (positions.count == size_) {  // positions are distinct, so these are all
    const uint32_t added = missing();
    count_ = size_;
    bits_.reset();
    return added;
  }
  if (bits_ == nullptr) bits_ = std::make_unique<uint64_t[]>(words());
  uint32_t added = 0;
  for_each_word(positions, [&](uint32_t index, uint64_t mask) {
    added += static_cast<uint32_t>(std::popcount(mask & ~bits_[index]));
    bits_[index] |= mask;
  });
  count_ += added;
  if (full()) bits_.reset();
  return added;
}

}  // namespace pushpull
