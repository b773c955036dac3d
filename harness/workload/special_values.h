// The two NaNs that Prometheus tells apart by their bits.
#pragma once

#include <bit>
#include <cstdint>

namespace pushpull {

// Marks the end of a series; must be copied bit by bit (value.StaleNaN in Prometheus).
inline constexpr uint64_t kStaleNanBits = 0x7ff0000000000002;
// Every other NaN, after Prometheus has parsed it (value.NormalNaN).
inline constexpr uint64_t kNormalNanBits = 0x7ff8000000000001;

inline double stale_nan() { return std::bit_cast<double>(kStaleNanBits); }
inline bool is_stale_nan(double value) { return std::bit_cast<uint64_t>(value) == kStaleNanBits; }
// Equality as the head means it: the same bits.
inline bool same_value(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

}  // namespace pushpull
