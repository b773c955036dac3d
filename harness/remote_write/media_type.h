// Which remote write message a request says it carries.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace pushpull {

enum class WriteMessage { kV1, kV2 };

// The message types a sender may name in its configuration and in Content-Type.
inline constexpr std::string_view kMessageV1 = "prometheus.WriteRequest";
inline constexpr std::string_view kMessageV2 = "io.prometheus.write.v2.Request";
inline constexpr std::string_view kWriteMediaType = "application/x-protobuf";

// What a sender writes there.
std::string content_type(WriteMessage message);

// Reads a Content-Type as Prometheus 2.54 and later do. Absent means 1.0, as does no proto
// parameter; parameters are not trimmed, so one behind "; " is not seen. The error answers 415; its
// text is 3.5's.
Result<WriteMessage> parse_media_type(std::string_view content_type);

}  // namespace pushpull
