// Sending requests and answering them: two interfaces, implemented over sockets (net_http) and
// virtual links (net_sim).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "harness/net/message.h"

namespace pushpull {

// Turns a body's bytes into a payload. Pure: runs on a worker thread. A virtual engine hands
// payloads through and never calls it. An error means a malformed body; logic decides what that
// answers to.
using Decoder = std::function<Result<PayloadPtr>(const Headers& headers, std::string bytes)>;

// Why no response came. The text is for logs; the kind is what rules may look at.
struct SendError {
  enum class Kind { kConnect, kTimeout, kClosed, kMalformed, kCancelled };
  Kind kind = Kind::kConnect;
  std::string message;
};

struct Exchange {
  Response response;  // meaningful unless `error`
  bool failed = false;
  SendError error;
  int64_t bytes_sent = 0;  // TCP payload, heads included
  int64_t bytes_received = 0;
};

class Transport {
 public:
  // The exchange is the callee's to take apart.
  using Done = std::function<void(Exchange&&)>;
  virtual ~Transport() = default;

  // Sends to `endpoint` ("host:port") and calls `done` on the loop thread exactly once, never
  // inside this call. `timeout` covers connect, transfer and (real engine) decompression, as
  // Prometheus's scrape and remote timeouts do. `decode` may be empty: the response then keeps its
  // bytes. `work` prices the decoding of the response. Connections to an endpoint are kept alive
  // and reused.
  virtual void send(const std::string& endpoint, Request request, Duration timeout, Decoder decode,
                    Work::Kind decode_work, Done done) = 0;
};

// What a request turned into before it reached the loop thread.
struct Arrival {
  Request request;                 // body.payload set where decoding succeeded; bytes are gone then
  std::optional<Error> malformed;  // set where the body could not be decoded
};

class Service {
 public:
  using Respond = std::function<void(Response)>;
  virtual ~Service() = default;

  // Which decoder, if any, suits this request (route and headers only; the body is not looked at).
  // Pure: any thread.
  virtual Decoder decoder(const Request& request) const = 0;
  // What receiving it costs in virtual time, before handle() runs. Pure.
  virtual Work receive_work(const Request& request) const = 0;
  // Loop thread. Calls `respond` exactly once, now or later, on the loop thread.
  virtual void handle(Arrival arrival, Respond respond) = 0;
};

}  // namespace pushpull
