#include "harness/base/random.h"

#include "harness/base/check.h"

namespace pushpull {

Random::Random(uint64_t root_seed, std::string_view stream) : state_(mix64(root_seed)) {
  for (const char c : stream) state_ = mix64(state_ ^ static_cast<unsigned char>(c));
}

uint64_t Random::below(uint64_t bound) {
  CHECK(bound > 0);
  return reduce(next(), bound);
}

}  // namespace pushpull
