// Base64 with the standard alphabet and padding (RFC 4648), as HTTP's basic authentication has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pushpull {

std::string base64_encode(std::string_view bytes);
// As Go's StdEncoding reads it: line breaks are skipped, padding must be there, and bits behind the
// last byte do not matter. Nothing where the text is anything else.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace pushpull
