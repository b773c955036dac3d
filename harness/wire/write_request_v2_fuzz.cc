// libFuzzer target: any bytes as a Remote Write 2.0 message, all parts of which are then asked for.
// fuzz_test.cc runs it in every build.
#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/base/check.h"
#include "harness/wire/decode_v2.h"
#include "harness/wire/write_request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pushpull::wire;
  const auto request = decode_write_request_v2(std::string(data, data + size));
  if (!request.ok()) return 0;
  for (const WrittenRequestV2::Series& series : request->series) {
    CHECK(series.broken == request->defect(series).has_value());
    if (series.broken) continue;
    CHECK(decode_labels(request->region(series)).ok());
    CHECK(request->metadata(series).family.empty());
  }
  for (const auto& part : request->histograms) {
    std::string again;
    encode_histogram(request->histogram(part), again);
    CHECK(decode_histogram(again).ok());
  }
  for (const auto& part : request->exemplars) (void)request->exemplar(part);
  return 0;
}
