// libFuzzer target: any bytes as a remote write message. fuzz_test.cc runs it in every build.
#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/base/check.h"
#include "harness/wire/write_request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pushpull::wire;
  const auto request = decode_write_request(std::string(data, data + size));
  if (!request.ok()) return 0;
  const std::string_view message = request->message;
  for (const WrittenSample& sample : request->samples) {
    CHECK(decode_labels(message.substr(sample.label_begin, sample.label_size)).ok());
  }
  return 0;
}
