// Requests over sockets. HTTP/1.1 by cpp-httplib; each request in flight has a thread that encodes,
// sends, receives and decodes, while logic stays on the loop thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "harness/loop/real_loop.h"
#include "harness/net/transport.h"
#include "harness/net_http/connection_pool.h"
#include "harness/net_http/workers.h"

namespace pushpull {

struct HttpTransportOptions {
  // A longer response is kMalformed.
  int64_t max_response_bytes = int64_t{1} << 30;
};

// Belongs to the loop thread, or to whoever holds the loop while nobody runs it. Only a 2xx
// response is decoded; every other keeps its bytes. Where decoding fails, status and headers are
// kept beside the error (kMalformed). Redirects are responses like any other.
class HttpTransport : public Transport {
 public:
  // `loop` outlives the transport.
  explicit HttpTransport(RealLoop& loop, HttpTransportOptions options = {});
  // Cancels what is in flight and joins every thread; no `done` is called any more.
  ~HttpTransport() override;
  HttpTransport(const HttpTransport&) = delete;
  HttpTransport& operator=(const HttpTransport&) = delete;

  void send(const std::string& endpoint, Request request, Duration timeout, Decoder decode,
            Work::Kind decode_work, Done done) override;

  // TCP connections opened so far. Any thread.
  int64_t connections() const { return pool_.opened(); }

 private:
  struct Job;

  // Adds the Authorization header; false where it cannot be made.
  static bool authorize(Job& job);
  void perform(Job& job);

  RealLoop& loop_;
  const HttpTransportOptions options_;
  const std::shared_ptr<bool> open_;  // loop thread; shared with tasks that may outlive us
  StopSignal stop_;
  ConnectionPool pool_;
  Workers workers_;  // last: its threads use everything above
};

}  // namespace pushpull
