// Which positions of one scrape something is true for. Sixteen bytes while none or all are in. In
// between, an interval per shard as long as the positions of each shard arrive gaplessly, which
// costs the same whatever their number; else one bit per position.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

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
  bool contains(uint32_t position) const;

  // Adds a Slice or a PositionRun; returns how many of its positions were not in yet. Requires: all
  // of them below size().
  uint32_t add(const PositionRun& run);
  uint32_t add(const Slice& slice);

  bool intersects(const Slice& slice) const;
  // Those of these positions that are in `other`, or those that are not. Requires: equal sizes.
  PositionSet common(const PositionSet& other, bool in) const;

  uint32_t words() const { return (size_ + 63) / 64; }
  // Bit b is position index*64+b. Requires: index < words().
  uint64_t word(uint32_t index) const;
  // The bits of word `index` that stand for a position at all.
  uint64_t all(uint32_t index) const {
    const uint32_t end = size_ - index * 64;
    return end >= 64 ? ~uint64_t{0} : (uint64_t{1} << end) - 1;
  }

 private:
  // Ranks [begin, end) of the positions residue, residue+stride, residue+2*stride …
  struct Interval {
    uint32_t begin;
    uint32_t end;
  };
  static constexpr uint64_t kBits = 0;  // in place of a stride

  // Requires: a store. The stride of the intervals, or kBits.
  uint64_t stride() const { return store_[0]; }
  Interval interval(uint32_t residue) const;
  void set_interval(uint32_t residue, Interval interval);
  // What add(run) adds where it keeps the intervals gapless; nothing where it would not.
  std::optional<uint32_t> extend(const PositionRun& run);
  void use_bits();
  template <class Positions>
  uint32_t set_bits(const Positions& positions);
  template <class Positions>
  bool any_bit(const Positions& positions) const;
  uint64_t interval_word(uint32_t index) const;
  uint32_t added(uint32_t more);

  uint32_t size_ = 0;
  uint32_t count_ = 0;
  // The stride, then an interval per residue; or kBits, then the bits. Null where none or all are
  // in.
  std::unique_ptr<uint64_t[]> store_;
};

}  // namespace pushpull
