// A buffered byte stream over one socket, plain or TLS, with a deadline on everything and a count
// of every byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/loop/event_loop.h"
#include "harness/net_http/file_descriptor.h"
#include "harness/net_http/stop_signal.h"
#include "harness/net_http/tls_session.h"

namespace pushpull {

// Belongs to one thread at a time. `clock` and `stop` outlive it.
class Connection {
 public:
  enum class Failure { kNone, kTimeout, kClosed, kStopped };

  Connection(FileDescriptor socket, const Clock& clock, const StopSignal& stop);

  // Makes it a TLS connection; before anything is sent. False on failure, which tls_error()
  // explains; a server that met a client without TLS may still answer it, unencrypted.
  bool secure_as_client(std::shared_ptr<const TlsContext> context, const std::string& host);
  bool secure_as_server(std::shared_ptr<const TlsContext> context);
  const std::string& tls_error() const { return tls_error_; }
  bool met_plain_http() const { return met_plain_http_; }
  // Null on a plain connection.
  const TlsContext* tls() const { return tls_ == nullptr ? nullptr : tls_->context(); }

  // Of every read and write from here on; Instant::max() for none. Clears no failure.
  void set_deadline(Instant deadline) { deadline_ = deadline; }

  // Sends what is pending, then blocks until there is at least one byte. Returns how many were put
  // in `out`; 0 at the end of the stream or on failure.
  size_t read(char* out, size_t size);
  // True when bytes wait to be read; false at the end of the stream or on failure.
  bool wait_readable();

  // Small writes are gathered and leave with the next large one, flush() or read(): a head and its
  // body in one segment. False on failure.
  bool write(std::string_view bytes);
  bool flush() { return send({}); }

  // The peer has neither closed nor sent anything unasked for: an idle connection may be used
  // again.
  bool is_idle();

  // Sticky. The end of the stream counts as kClosed.
  Failure failure() const { return failure_; }

  // TCP payload since the connection was made; TLS's own bytes included.
  int64_t bytes_read() const { return tls_ == nullptr ? bytes_read_ : tls_->bytes_read(); }
  int64_t bytes_written() const { return tls_ == nullptr ? bytes_written_ : tls_->bytes_written(); }

 private:
  // What one system call, or one of TLS, came to.
  struct Transfer {
    enum class Outcome { kDone, kWait, kClosed };
    Outcome outcome = Outcome::kDone;
    size_t bytes = 0;
    short events = 0;  // to wait for
  };

  bool secure(std::unique_ptr<TlsSession> session);
  Transfer receive();
  Transfer transmit(std::string_view first, std::string_view then);
  // False on failure, after a wait where one is needed.
  bool progressed(const Transfer& transfer);
  bool fill();
  bool send(std::string_view bytes);
  bool in_time();
  void wait(short events);

  FileDescriptor socket_;
  const Clock& clock_;
  const StopSignal& stop_;
  Instant deadline_ = Instant::max();
  Failure failure_ = Failure::kNone;
  std::unique_ptr<char[]> buffer_;  // received, unread: [begin_, end_)
  size_t begin_ = 0;
  size_t end_ = 0;
  std::string pending_;     // written, unsent
  int64_t bytes_read_ = 0;  // of a plain connection
  int64_t bytes_written_ = 0;
  std::string tls_error_;
  bool met_plain_http_ = false;
  std::unique_ptr<TlsSession> tls_;  // goes before the socket
};

}  // namespace pushpull
