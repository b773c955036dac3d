// libFuzzer target: any bytes as an OpenMetrics exposition. fuzz_test.cc runs it in every build.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "harness/base/check.h"
#include "harness/wire/openmetrics.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pushpull::wire;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const bool newest : {false, true}) {
    const auto parsed = parse_openmetrics(body, {newest, newest, newest});
    if (!parsed.ok()) continue;
    for (const TextSample& sample : parsed->samples) {
      CHECK(sample.begin + size_t{sample.size} <= parsed->text.size());
      // A repeated label is found here only.
      (void)read_exposed_series(std::string_view(parsed->text).substr(sample.begin, sample.size));
    }
    if (parsed->extras == nullptr) continue;
    for (const auto& [sample, _] : parsed->extras->exemplars) {
      CHECK(sample < parsed->samples.size());
    }
  }
  return 0;
}
