// Arithmetic of bucket counts.
#pragma once

#include <cstdint>

namespace pushpull {

// Sums and differences of bucket counts, for histograms that anybody may have sent: whole numbers
// wrap around, as Go's do.
inline int64_t add_counts(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
inline double add_counts(double a, double b) { return a + b; }
inline int64_t subtract_counts(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
inline double subtract_counts(double a, double b) { return a - b; }

}  // namespace pushpull
