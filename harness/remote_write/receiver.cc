#include "harness/remote_write/receiver.h"

#include <memory>
#include <string_view>
#include <utility>

#include "harness/base/spare_strings.h"
#include "harness/remote_write/config.h"
#include "harness/remote_write/write_payload.h"
#include "harness/wire/compression.h"
#include "harness/wire/write_request.h"

namespace pushpull {
namespace {

constexpr size_t kRequestLimit = size_t{32} << 20;
// Releases without a limit still may not take the machine down.
constexpr size_t kSafetyLimit = size_t{1} << 30;
constexpr std::string_view kMediaType = "application/x-protobuf";
// Marks, among the decoder's errors, the one that answers 413. Go's text.
constexpr std::string_view kTooLarge = "http: request body too large";
constexpr std::string_view kCorrupt = "snappy: corrupt input";

bool snappy_or_absent(std::string_view encoding) {
  return encoding.empty() || encoding == "snappy";
}

std::string_view take_until(std::string_view& text, char end) {
  const size_t n = text.find(end);
  const std::string_view part = text.substr(0, n);
  text = n == std::string_view::npos ? std::string_view() : text.substr(n + 1);
  return part;
}

// Why a Content-Type is not acceptable; nothing where it is. Parameters are not trimmed, as in
// Prometheus: after "; " a proto parameter is not seen.
std::optional<std::string> wrong_content_type(std::string_view type) {
  if (type.empty() || type == kMediaType) return std::nullopt;
  const std::string shown = "'" + std::string(type) + "'";
  if (take_until(type, ';') != kMediaType) {
    return "content type " + shown + " is not accepted; use " + std::string(kMediaType);
  }
  while (!type.empty()) {
    std::string_view value = take_until(type, ';');
    const bool is_pair =
        value.find('=') != std::string_view::npos && value.find('=') == value.rfind('=');
    if (!is_pair) return "content type " + shown + " has a parameter that is no key=value";
    if (take_until(value, '=') != "proto") continue;
    if (value == kMessageV1) return std::nullopt;
    if (value == kMessageV2) return std::string("Remote Write 2.0 messages are not accepted");
    return "content type " + shown + " names an unknown message";
  }
  return std::nullopt;
}

// The head's own words for a sample it refuses.
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

Result<PayloadPtr> decode(std::string_view body, size_t limit, bool limited, bool wanted) {
  if (limited && body.size() > kRequestLimit) return Error{std::string(kTooLarge)};
  Result<std::string> message = wire::snappy_uncompress(body, limit, spare_strings().take());
  if (!message) return message.error();
  if (!wanted) return PayloadPtr();
  Result<wire::WrittenRequest> request = wire::decode_write_request(std::move(message).value());
  if (!request) return request.error();
  return PayloadPtr(std::make_shared<const WrittenPayload>(std::move(request).value()));
}

}  // namespace

bool refuses_request(Fate fate) { return !refusal_text(fate).empty(); }

WriteReceiver::WriteReceiver(const ReleaseProfile& profile)
    : checks_media_type_(profile.checks_media_type),
      limits_request_size_(profile.limits_request_size) {}

Decoder WriteReceiver::decoder(const Request& request) const {
  if (request.method != "POST") return nullptr;
  if (checks_media_type_ && !snappy_or_absent(request.headers.get("Content-Encoding"))) {
    return nullptr;
  }
  const bool wanted =
      !checks_media_type_ || !wrong_content_type(request.headers.get("Content-Type"));
  const bool limited = limits_request_size_;
  const size_t limit = limited ? kRequestLimit : kSafetyLimit;
  return [=](const Headers&, const std::string& body) -> Result<PayloadPtr> {
    return decode(body, limit, limited, wanted);
  };
}

std::optional<Response> WriteReceiver::refuse(const Arrival& arrival) const {
  const Request& request = arrival.request;
  if (request.method != "POST") return error_response(405, "Method Not Allowed");
  const std::string_view encoding = request.headers.get("Content-Encoding");
  if (checks_media_type_ && !snappy_or_absent(encoding)) {
    return error_response(
        415, "content encoding '" + std::string(encoding) + "' is not accepted; use snappy");
  }
  // Under a wrong content type only decompression can have failed; see decoder().
  if (arrival.malformed) {
    const std::string& text = arrival.malformed->message;
    return error_response(text == kTooLarge ? 413 : 400, text);
  }
  if (checks_media_type_) {
    const auto wrong = wrong_content_type(request.headers.get("Content-Type"));
    if (wrong) return error_response(415, *wrong);
  }
  if (request.body.payload == nullptr) return error_response(400, kCorrupt);
  return std::nullopt;
}

Response WriteReceiver::answer(const WriteOutcome& outcome) const {
  if (!outcome.storage_error.empty()) return error_response(500, outcome.storage_error);
  if (outcome.refused && refuses_request(*outcome.refused)) {
    return error_response(400, std::string(refusal_text(*outcome.refused)) + outcome.detail);
  }
  Response response;
  response.status = 204;
  return response;
}

}  // namespace pushpull
