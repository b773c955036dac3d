#include "harness/scrape/text_exposition.h"

#include "harness/base/spare_strings.h"
#include "harness/wire/compression.h"
#include "harness/wire/metric_family.h"
#include "harness/wire/openmetrics.h"

namespace pushpull {

namespace {

Result<wire::ParsedText> parse(std::string_view content_type, std::string body,
                               const wire::TextPredictor* predictor,
                               const wire::ExpositionDialect& dialect) {
  const std::string_view media = content_type.substr(0, content_type.find(';'));
  if (media == "application/openmetrics-text") return wire::parse_openmetrics(body, dialect);
  if (media == "application/vnd.google.protobuf") {
    return wire::parse_metric_families(body, dialect);
  }
  return wire::parse_text(std::move(body), predictor);
}

}  // namespace

TextExposition::~TextExposition() {
  spare_strings(SpareUse::kText).give_back(std::move(parsed_.text));
}

Decoder text_decoder(std::shared_ptr<const wire::TextPredictor> predictor,
                     const wire::ExpositionDialect& dialect) {
  return [predictor = std::move(predictor), dialect](const Headers& headers,
                                                     std::string bytes) -> Result<PayloadPtr> {
    const auto wire_size = static_cast<int64_t>(bytes.size());
    if (headers.get("Content-Encoding") == "gzip") {
      Result<std::string> plain = wire::gunzip(bytes, kMaxExpositionBytes);
      if (!plain) return plain.error();
      bytes = std::move(*plain);
    }
    Result<wire::ParsedText> parsed =
        parse(headers.get("Content-Type"), std::move(bytes), predictor.get(), dialect);
    if (!parsed) return parsed.error();
    return PayloadPtr(std::make_shared<TextExposition>(std::move(*parsed), wire_size));
  };
}

}  // namespace pushpull
