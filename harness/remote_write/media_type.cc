#include "harness/remote_write/media_type.h"

namespace pushpull {
namespace {

std::string_view take_until(std::string_view& text, char end) {
  const size_t n = text.find(end);
  const std::string_view part = text.substr(0, n);
  text = n == std::string_view::npos ? std::string_view() : text.substr(n + 1);
  return part;
}

}  // namespace

// 1.0 is what a receiver takes for granted, so nobody says it.
std::string content_type(WriteMessage message) {
  const std::string type(kWriteMediaType);
  return message == WriteMessage::kV1 ? type : type + ";proto=" + std::string(kMessageV2);
}

Result<WriteMessage> parse_media_type(std::string_view type) {
  // As 1.0 is nearly always sent.
  if (type.empty() || type == kWriteMediaType) return WriteMessage::kV1;
  const std::string shown(type);
  if (take_until(type, ';') != kWriteMediaType) {
    return Error{"expected " + std::string(kWriteMediaType) + " as the first (media) part, got " +
                 shown + " content-type"};
  }
  while (!type.empty()) {
    std::string_view value = take_until(type, ';');
    const std::string parameter(value);
    const size_t equals = value.find('=');
    if (equals == std::string_view::npos || equals != value.rfind('=')) {
      return Error{
          "as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be "
          "key-values, got " +
          parameter + " in " + shown + " content-type"};
    }
    if (take_until(value, '=') != "proto") continue;
    if (value == kMessageV1) return WriteMessage::kV1;
    if (value == kMessageV2) return WriteMessage::kV2;
    return Error{"got " + shown + " content type; unknown remote write protobuf message " +
                 std::string(value) + ", supported: " + std::string(kMessageV1) + ", " +
                 std::string(kMessageV2)};
  }
  return WriteMessage::kV1;
}

}  // namespace pushpull
