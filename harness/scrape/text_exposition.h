// What a scrape over real bytes yields: the parsed body, and the decoder that makes it on a worker
// thread.
#pragma once

#include <memory>
#include <utility>

#include "harness/net/message.h"
#include "harness/net/transport.h"
#include "harness/wire/exposed_series.h"
#include "harness/wire/text.h"

namespace pushpull {

class TextExposition : public Payload {
 public:
  TextExposition(wire::ParsedText parsed, int64_t wire_size)
      : parsed_(std::move(parsed)), wire_size_(wire_size) {}
  ~TextExposition() override;
  const wire::ParsedText& parsed() const { return parsed_; }
  Result<std::string> encode() const override { return parsed_.text; }
  int64_t wire_size() const override { return wire_size_; }
  int64_t samples() const override { return static_cast<int64_t>(parsed_.samples.size()); }

 private:
  wire::ParsedText parsed_;
  int64_t wire_size_;
};

// The largest exposition the scraper takes, after decompression. Real servers have no default
// limit; this one keeps a hostile target from filling the machine.
inline constexpr size_t kMaxExpositionBytes = size_t{2} << 30;

// Gunzips where Content-Encoding is exactly "gzip", then parses what the Content-Type says:
// OpenMetrics, Prometheus's protobuf exposition, else text 0.0.4. `predictor`, for the last only,
// may be null.
Decoder text_decoder(std::shared_ptr<const wire::TextPredictor> predictor,
                     const wire::ExpositionDialect& dialect = {});

}  // namespace pushpull
