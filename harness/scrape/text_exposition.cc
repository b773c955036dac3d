#include "harness/scrape/text_exposition.h"

#include "harness/base/spare_strings.h"
#include "harness/wire/compression.h"

namespace pushpull {

TextExposition::~TextExposition() {
  spare_strings(SpareUse::kText).give_back(std::move(parsed_.text));
}

Decoder text_decoder(std::shared_ptr<const wire::TextPredictor> predictor) {
  return [predictor = std::move(predictor)](const Headers& headers,
                                            std::string bytes) -> Result<PayloadPtr> {
    const auto wire_size = static_cast<int64_t>(bytes.size());
    if (headers.get("Content-Encoding") == "gzip") {
      Result<std::string> plain = wire::gunzip(bytes, kMaxExpositionBytes);
      if (!plain) return plain.error();
      bytes = std::move(*plain);
    }
    Result<wire::ParsedText> parsed = wire::parse_text(std::move(bytes), predictor.get());
    if (!parsed) return parsed.error();
    return PayloadPtr(std::make_shared<TextExposition>(std::move(*parsed), wire_size));
  };
}

}  // namespace pushpull
