// The client's end of one connection: one request out, one response in.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/net/transport.h"
#include "harness/net_http/connection.h"

namespace pushpull {

// Within the connection's deadline. `host` goes into the head; `body` replaces request.body. The
// response keeps its bytes as they came (Content-Encoding is the caller's to undo); one longer than
// `max_body_bytes` is kMalformed. Redirects are not followed.
//
// Returns true where the connection may be used again.
bool exchange_http(Connection& connection, std::string_view host, const Request& request,
                   std::string_view body, int64_t max_body_bytes, Exchange& exchange);

}  // namespace pushpull
