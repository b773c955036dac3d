// A Service over sockets. HTTP/1.1 by cpp-httplib; one thread per connection, which does the byte
// work (receive, decode, encode, send) while the Service decides on the loop thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "harness/base/result.h"
#include "harness/loop/real_loop.h"
#include "harness/net/transport.h"
#include "harness/net_http/http_session.h"
#include "harness/net_http/socket.h"
#include "harness/net_http/workers.h"

namespace pushpull {

// What is called here is called by the connections' threads, several at once.
struct HttpServerOptions {
  HttpSessionOptions session;
  // The TLS of a new connection, which ends where this is an error; empty: plain HTTP.
  std::function<Result<std::shared_ptr<const TlsContext>>()> tls;
  // Looks at a request before anybody else does; an answer refuses it. Empty: all may come in.
  std::function<std::optional<Response>(const Request&)> admit;
};

// Belongs to the loop thread, or to whoever holds the loop while nobody runs it.
class HttpServer {
 public:
  // Listens on `address` ("host:port"; port 0 takes a free one; no host means all) and serves at
  // once. `loop` and `service` outlive the server. Error: the address is not free or not valid.
  static Result<std::unique_ptr<HttpServer>> start(RealLoop& loop, Service& service,
                                                   std::string_view address,
                                                   HttpServerOptions options = {});
  // Stops listening, hangs up on every connection (requests in flight included) and joins every
  // thread. The service is not called again; answers that still come are dropped.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const { return port_; }

  // Connections accepted so far. Any thread.
  int64_t connections() const { return connections_; }

 private:
  // Shared with tasks posted to the loop, which may run after the server is gone. Loop thread.
  struct Front {
    Service* service;  // null once the server is gone
  };

  HttpServer(RealLoop& loop, Service& service, FileDescriptor listener, uint16_t port,
             HttpServerOptions options);
  void accept_all();
  void serve(FileDescriptor socket);
  bool secure(Connection& connection);
  std::optional<Response> answer(Request request);

  RealLoop& loop_;
  Service& service_;
  const HttpServerOptions options_;
  const FileDescriptor listener_;
  const uint16_t port_;
  const std::shared_ptr<Front> front_;
  std::atomic<int64_t> connections_ = 0;
  StopSignal stop_;
  Workers workers_;  // last: its threads use everything above
};

}  // namespace pushpull
