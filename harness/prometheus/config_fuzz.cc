// libFuzzer target: any bytes as a prometheus.yml. config_fuzz_test.cc runs it in every build.
#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/base/check.h"
#include "harness/prometheus/config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pushpull;
  static const ReleaseProfile kReleases[] = {release_profile("2.42").value(),
                                             release_profile("3.14").value()};
  const std::string text(data, data + size);
  for (const ReleaseProfile& release : kReleases) {
    const Result<LoadedConfig> loaded = load_config(text, "prometheus.yml", release);
    // Every mistake has its place.
    CHECK(loaded.ok() || loaded.error().message.starts_with("prometheus.yml:"));
    if (loaded.ok()) to_yaml(loaded->config);
  }
  return 0;
}
