// The server's end of one accepted connection: reads requests, has them answered, writes responses.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "harness/loop/event_loop.h"
#include "harness/net/message.h"
#include "harness/net_http/connection.h"

namespace pushpull {

struct HttpSessionOptions {
  // Longer request bodies are answered 413.
  int64_t max_body_bytes = 64 << 20;
  // From the first byte of a request to its last, from the first byte of a response to its last,
  // and for an idle connection: Prometheus's --web.read-timeout.
  Duration io_timeout = Duration::minutes(5);
};

// Runs on the connection's thread. Returns the response with its bytes made, or none to hang up.
using AnswerRequest = std::function<std::optional<Response>(Request)>;

// Serves until the peer closes, asks to close, sends what is not HTTP/1.1, stays idle too long, or
// the connection's StopSignal is raised. What reaches `answer` is what the sender's logic wrote:
// Host, Content-Length and Transfer-Encoding are taken off, and a body is as it was on the wire.
void serve_http(Connection& connection, const Clock& clock, const HttpSessionOptions& options,
                const AnswerRequest& answer);

}  // namespace pushpull
