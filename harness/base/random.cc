#include "harness/base/random.h"

#include "harness/base/check.h"

namespace pushpull {

Random::Random(uint64_t root_seed, std::string_view stream) : state_(mix64(root_seed)) {
  for (const char c : stream) state_ = mix64(state_ ^ static_cast<unsigned char>(c));
}

uint64_t Random::below(uint64_t bound) {
  CHECK(bound > 0);
  // Multiply-shift: its bias is below 2^-32 for every bound the harness uses.
  return static_cast<uint64_t>((static_cast<__uint128_t>(next()) * bound) >> 64);
}

}  // namespace pushpull
