// libFuzzer target: any bytes as an exposition, and again with what it holds predicted.
// fuzz_test.cc runs it in every build.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/check.h"
#include "harness/wire/text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pushpull::wire;
  const std::string body(data, data + size);
  const auto general = parse_text(body, nullptr);
  if (!general.ok()) return 0;
  const TextPredictor predictor(*general);
  const auto again = parse_text(body, &predictor);
  CHECK(again.ok() && again->samples.size() == general->samples.size());
  CHECK(again->metadata.size() == general->metadata.size());
  for (const TextMetadata& line : general->metadata) {
    const std::string_view text = general->text;
    CHECK(!text.substr(line.name_begin, line.name_size).empty());
    CHECK(text.substr(line.text_begin).size() >= line.text_size);
  }
  for (size_t i = 0; i < predictor.size(); ++i) {
    const TextSample& a = general->samples[i];
    const TextSample& b = again->samples[i];
    CHECK(a.begin == b.begin && a.size == b.size && a.timestamp_ms == b.timestamp_ms);
    CHECK(parse_series(predictor.series(i)).ok());
  }
  return 0;
}
