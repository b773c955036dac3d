// libFuzzer target: any bytes as a remote write message. fuzz_test.cc runs it in every build.
#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/base/check.h"
#include "harness/wire/label_memory.h"
#include "harness/wire/write_request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pushpull::wire;
  static LabelMemory memory(1 << 20);  // of all inputs so far: it must make no difference
  const std::string input(data, data + size);
  const auto request = decode_write_request(input);
  const auto quick = decode_write_request(input, &memory);
  CHECK(quick.ok() == request.ok());
  if (!request.ok()) return 0;
  CHECK(quick->samples.size() == request->samples.size());
  for (size_t i = 0; i < quick->samples.size(); ++i) {
    CHECK(quick->samples[i].label_hash == request->samples[i].label_hash);
  }
  const std::string_view message = request->message;
  for (const WrittenSample& sample : request->samples) {
    CHECK(decode_labels(message.substr(sample.label_begin, sample.label_size)).ok());
  }
  return 0;
}
