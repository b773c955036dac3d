// Implementation of for_each_word; include record.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "harness/workload/record.h"

namespace pushpull {

namespace internal {

// Bits offset, offset+stride, … of one word, `count` of them at most.
inline uint64_t stride_mask(uint32_t offset, uint32_t stride, uint32_t count) {
  if (stride == 1) {
    const uint64_t ones = count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
    return ones << offset;
  }
  uint64_t mask = 0;
  for (uint32_t bit = offset; bit < 64 && count > 0; bit += stride, --count) {
    mask |= uint64_t{1} << bit;
  }
  return mask;
}

// f(word, mask) for positions first, first+stride, … `count` of them. Requires: stride > 0.
template <class F>
void for_each_strided_word(uint32_t first, uint32_t stride, uint32_t count, F&& f) {
  uint32_t position = first;
  for (uint32_t left = count; left > 0;) {
    const uint32_t offset = position % 64;
    const uint32_t here = std::min(left, (63 - offset) / stride + 1);
    f(position / 64, stride_mask(offset, stride, here));
    position += here * stride;
    left -= here;
  }
}

}  // namespace internal

template <class F>
void for_each_word(const Slice& slice, F&& f) {
  const ShardPositions& positions = *slice.positions;
  if (!positions.strided()) {
    for (uint32_t i = 0; i < slice.count;) {
      const uint32_t word = slice.position(i) / 64;
      uint64_t mask = 0;
      for (; i < slice.count && slice.position(i) / 64 == word; ++i) {
        mask |= uint64_t{1} << (slice.position(i) % 64);
      }
      f(word, mask);
    }
    return;
  }
  internal::for_each_strided_word(positions.position(slice.first), positions.stride(), slice.count,
                                  std::forward<F>(f));
}

}  // namespace pushpull
