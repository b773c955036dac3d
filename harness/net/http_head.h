// HTTP/1.1 heads, byte by byte. The real transport sends exactly these and the virtual one counts
// them (head_size in message.h), so both engines report the same wire bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/time.h"
#include "harness/net/message.h"

namespace pushpull {

// Host first, then User-Agent, then Content-Length if there is a body or the method promises one
// (POST, PUT), then the other headers, as Go's client has it.
std::string request_head(const Request& request, std::string_view host, int64_t body_size);

// The given headers and what Go's server adds: Content-Type where a body has none, Date, and
// Content-Length where the status allows a body. (Go sends bodies above 2 KiB chunked unless told
// their length: some ten bytes more per chunk.)
std::string response_head(const Response& response, int64_t body_size, Instant date);

// True for statuses whose response never has a body: 1xx, 204, 304.
bool is_bodiless(int status);

}  // namespace pushpull
