// libFuzzer target: what a remote write message that was taken holds beside samples.
// fuzz_test.cc runs it in every build.
#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/base/check.h"
#include "harness/wire/exemplar.h"
#include "harness/wire/native_histogram.h"
#include "harness/wire/write_request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pushpull::wire;
  const std::string message(data, data + size);
  if (!decode_write_request(message).ok()) return 0;
  const WriteExtras extras = find_extras(message);
  for (const WriteExtras::Part& part : extras.exemplars) {
    CHECK(labels_of_series(part.series).ok() && decode_exemplar(part.message).ok());
  }
  for (const WriteExtras::Part& part : extras.histograms) {
    CHECK(labels_of_series(part.series).ok());
    (void)decode_histogram(part.message);  // field 17 may be anything in 1.0
  }
  for (const std::string_view metadata : extras.metadata) CHECK(decode_metadata(metadata).ok());
  return 0;
}
