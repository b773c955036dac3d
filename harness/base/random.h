// Reproducible randomness. Nothing in the harness draws from a global or time-seeded source.
#pragma once

#include <cstdint>
#include <string_view>

namespace pushpull {

// One step of SplitMix64: a good 64-bit mixer, used both as generator and as hash of small
// integers.
constexpr uint64_t mix64(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// Maps a uniform hash to [0, bound), by its upper bits: multiply-shift, whose bias is below 2^-32
// for every bound the harness uses. 0 for bound 0.
constexpr uint64_t reduce(uint64_t hash, uint64_t bound) {
  return static_cast<uint64_t>((static_cast<__uint128_t>(hash) * bound) >> 64);
}

// A named stream: the numbers depend on (root seed, name) only, so a new component never shifts
// another's numbers.
class Random {
 public:
  Random(uint64_t root_seed, std::string_view stream);

  uint64_t next() { return mix64(state_ += 0x9e3779b97f4a7c15ULL); }
  // Uniform in [0, bound). bound must be > 0.
  uint64_t below(uint64_t bound);
  // Uniform in [0, 1), 53 bits.
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  uint64_t state_;
};

}  // namespace pushpull
