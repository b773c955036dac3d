// libFuzzer target: any bytes as compressed bodies, and as something to compress. fuzz_test.cc runs
// it in every build.
#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/base/check.h"
#include "harness/wire/compression.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pushpull::wire;
  constexpr size_t kLimit = 1 << 20;
  const std::string bytes(data, data + size);
  const auto uncompressed = snappy_uncompress(bytes, kLimit);
  CHECK(!uncompressed.ok() || uncompressed->size() <= kLimit);
  const auto inflated = gunzip(bytes, kLimit);
  CHECK(!inflated.ok() || inflated->size() <= kLimit);
  CHECK(*snappy_uncompress(snappy_compress(bytes), size) == bytes);
  CHECK(*gunzip(gzip(bytes), size) == bytes);
  return 0;
}
