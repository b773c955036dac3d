// libFuzzer target: any bytes as a protobuf exposition. fuzz_test.cc runs it in every build.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "harness/base/check.h"
#include "harness/wire/metric_family.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pushpull::wire;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const bool newest : {false, true}) {
    const auto parsed = parse_metric_families(body, {newest, newest, newest});
    if (!parsed.ok()) continue;
    for (const TextSample& sample : parsed->samples) {
      CHECK(sample.begin + size_t{sample.size} <= parsed->text.size());
      (void)read_exposed_series(std::string_view(parsed->text).substr(sample.begin, sample.size));
    }
    if (parsed->extras == nullptr) continue;
    const auto mask = parsed->extras->histogram_mask(parsed->samples.size());
    for (const auto& [sample, _] : parsed->extras->exemplars) CHECK(sample < mask.size());
  }
  return 0;
}
