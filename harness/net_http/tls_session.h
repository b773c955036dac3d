// TLS on one socket, without waiting: whoever calls waits for the socket and calls again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/net_http/tls_context.h"

struct ssl_st;  // OpenSSL's SSL
struct bio_st;

namespace pushpull {

// Belongs to one thread at a time. Does not own the socket, which is non-blocking and outlives it.
class TlsSession {
 public:
  enum class Step {
    kDone,
    kWantRead,   // again, once the socket can be read
    kWantWrite,  // again, once it can be written
    kClosed,     // the peer has ended the stream
    kFailed,     // error() says why
  };

  // `host` is verified, and named to the server (SNI), unless the context has another name.
  static std::unique_ptr<TlsSession> client(std::shared_ptr<const TlsContext> context, int socket,
                                            const std::string& host);
  static std::unique_ptr<TlsSession> server(std::shared_ptr<const TlsContext> context, int socket);
  // Says goodbye where that needs no waiting.
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // First of all, until it is done.
  Step handshake();
  Step read(char* out, size_t size, size_t& done);
  Step write(std::string_view bytes, size_t& done);
  // Nothing waits that the protocol does not handle by itself (a TLS 1.3 server sends tickets when
  // it likes), and the stream is open.
  bool is_quiet();

  const std::string& error() const { return error_; }
  // After a failed handshake of a server: the client speaks HTTP without TLS.
  bool met_plain_http() const { return met_plain_http_; }
  const TlsContext* context() const { return context_.get(); }

  // TCP payload: records, handshake included.
  int64_t bytes_read() const;
  int64_t bytes_written() const;

 private:
  TlsSession(std::shared_ptr<const TlsContext> context, int socket);
  Step step(int result);
  void note_failure();

  const std::shared_ptr<const TlsContext> context_;
  ssl_st* const ssl_;
  bio_st* bio_ = nullptr;  // of ssl_
  bool open_ = false;      // after the handshake, until an end or a failure
  bool met_plain_http_ = false;
  std::string error_;
};

}  // namespace pushpull
