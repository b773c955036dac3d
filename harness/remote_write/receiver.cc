#include "harness/remote_write/receiver.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <string_view>
#include <utility>

#include "harness/base/spare_strings.h"
#include "harness/remote_write/write_payload.h"
#include "harness/remote_write/written_payload_v2.h"
#include "harness/wire/compression.h"
#include "harness/wire/decode_v2.h"
#include "harness/wire/label_memory.h"
#include "harness/wire/write_request.h"

namespace pushpull {
namespace {

constexpr size_t kRequestLimit = size_t{32} << 20;
// Releases without a limit still may not take the machine down.
constexpr size_t kSafetyLimit = size_t{1} << 30;
// Marks, among the decoder's errors, the one that answers 413. Go's text.
constexpr std::string_view kTooLarge = "http: request body too large";
constexpr std::string_view kCorrupt = "snappy: corrupt input";

bool snappy_or_absent(std::string_view encoding) {
  constexpr std::string_view kSnappy = "snappy";
  return encoding.empty() || encoding == kSnappy ||
         std::ranges::equal(encoding, kSnappy, {}, [](char c) { return std::tolower(c); });
}

struct Limits {
  bool compressed;  // 413 above kRequestLimit
  size_t decoded;
};

// `wanted` is nothing where the body is decompressed only to see whether that works.
Result<PayloadPtr> decode(std::string_view body, const Limits& limits,
                          std::optional<WriteMessage> wanted, wire::LabelMemory& labels) {
  if (limits.compressed && body.size() > kRequestLimit) return Error{std::string(kTooLarge)};
  Result<std::string> message =
      wire::snappy_uncompress(body, limits.decoded, spare_strings(SpareUse::kWriteRequest).take());
  if (!message) return message.error();
  if (!wanted) return PayloadPtr();
  if (*wanted == WriteMessage::kV2) {
    Result<wire::WrittenRequestV2> request =
        wire::decode_write_request_v2(std::move(message).value());
    if (!request) return request.error();
    return PayloadPtr(std::make_shared<const WrittenPayloadV2>(std::move(request).value()));
  }
  Result<wire::WrittenRequest> request =
      wire::decode_write_request(std::move(message).value(), &labels);
  if (!request) return request.error();
  return PayloadPtr(std::make_shared<const WrittenPayload>(std::move(request).value()));
}

}  // namespace

std::string_view refusal_text(Fate fate) {
  switch (fate) {
    case Fate::kDuplicateTimestamp:
      return "duplicate sample for timestamp";
    case Fate::kOutOfOrder:
      return "out of order sample";
    case Fate::kOutOfBounds:
      return "out of bounds";
    case Fate::kStored:
    case Fate::kDuplicate:
      break;
  }
  return "";
}

bool refuses_request(Fate fate) { return fate != Fate::kStored && fate != Fate::kDuplicate; }

WriteReceiver::WriteReceiver(const ReleaseProfile& profile)
    : checks_media_type_(profile.checks_media_type),
      judges_encoding_first_(profile.judges_encoding_first),
      limits_request_size_(profile.limits_request_size),
      limits_decoded_size_(profile.limits_decoded_size),
      stores_native_histograms_(profile.stores_native_histograms),
      labels_(std::make_shared<wire::LabelMemory>()) {}

WriteMessage WriteReceiver::message(const Request& request) const {
  if (!checks_media_type_) return WriteMessage::kV1;
  const auto message = parse_media_type(request.headers.get("Content-Type"));
  return message.ok() ? *message : WriteMessage::kV1;
}

Decoder WriteReceiver::decoder(const Request& request) const {
  if (request.method != "POST") return nullptr;
  std::optional<WriteMessage> wanted = WriteMessage::kV1;
  if (checks_media_type_) {
    if (!snappy_or_absent(request.headers.get("Content-Encoding"))) return nullptr;
    const auto message = parse_media_type(request.headers.get("Content-Type"));
    if (!message && !judges_encoding_first_) return nullptr;
    wanted = message ? std::optional(*message) : std::nullopt;
  }
  const Limits limits = {limits_request_size_, limits_decoded_size_ ? kRequestLimit : kSafetyLimit};
  return [=, labels = labels_](const Headers&, std::string body) -> Result<PayloadPtr> {
    Result<PayloadPtr> payload = decode(body, limits, wanted, *labels);
    spare_strings(SpareUse::kRequestBody).give_back(std::move(body));
    return payload;
  };
}

std::optional<Response> WriteReceiver::refuse(const Arrival& arrival) const {
  const Request& request = arrival.request;
  if (request.method != "POST") return error_response(405, "Method Not Allowed");
  std::optional<Response> wrong_type;
  if (checks_media_type_) {
    const auto message = parse_media_type(request.headers.get("Content-Type"));
    if (!message) wrong_type = error_response(415, message.error().message);
    if (wrong_type && !judges_encoding_first_) return wrong_type;
    const std::string encoding(request.headers.get("Content-Encoding"));
    if (!snappy_or_absent(encoding)) {
      // Before 3.7 the real one says so, and stores the request nonetheless. We do not.
      return error_response(415, encoding +
                                     " encoding (compression) is not accepted by this server; "
                                     "only snappy is acceptable");
    }
  }
  // Under a wrong content type only decompression can have failed; see decoder().
  if (arrival.malformed) {
    const std::string& text = arrival.malformed->message;
    return error_response(text == kTooLarge ? 413 : 400, text);
  }
  if (wrong_type) return wrong_type;
  const Payload* payload = request.body.payload.get();
  if (payload == nullptr) return error_response(400, kCorrupt);
  // In virtual time nobody has tried to decompress it.
  const auto* sent = dynamic_cast<const WritePayload*>(payload);
  if (sent != nullptr && sent->samples() == 0 && sent->wire_size() == 0)
    return error_response(400, kCorrupt);
  // 1.0 is stored as a whole or not at all.
  const auto* written = dynamic_cast<const WrittenPayload*>(payload);
  if (written != nullptr && written->request().has_histograms && !stores_native_histograms_) {
    return error_response(500, kHistogramsDisabled);
  }
  return std::nullopt;
}

Response WriteReceiver::answer(const WriteOutcome& outcome) const {
  if (!outcome.storage_error.empty()) return error_response(500, outcome.storage_error);
  if (outcome.refused && refuses_request(*outcome.refused)) {
    return error_response(400, std::string(refusal_text(*outcome.refused)) + outcome.detail);
  }
  if (!outcome.invalid.empty()) return error_response(400, outcome.invalid);
  Response response;
  response.status = 204;
  return response;
}

Response WriteReceiver::answer(const WriteOutcomeV2& outcome) const {
  Response response;
  response.status = 204;
  if (!outcome.storage_error.empty()) {
    response = error_response(500, outcome.storage_error);
  } else if (!outcome.refused.empty()) {
    std::string text;
    for (const std::string& refused : outcome.refused) {
      if (!text.empty()) text += '\n';
      text += refused;
    }
    response = error_response(400, text);
  }
  add_written(response.headers, outcome.storage_error.empty() ? outcome.written : WrittenCounts());
  return response;
}

}  // namespace pushpull
