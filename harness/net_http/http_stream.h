// What cpp-httplib reads from and writes to. Include from as few .cc files as possible: the
// library's header costs seconds.
#pragma once

#include <httplib.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "harness/net_http/connection.h"

namespace pushpull {

// The library frames and parses; sockets, deadlines and heads are ours. It writes each head in one
// call and adds headers to it that Prometheus does not send and the virtual engine does not count
// (Accept, Keep-Alive …), so our head goes out in place of the library's.
class HttpStream : public httplib::Stream {
 public:
  // `connection` outlives the stream.
  explicit HttpStream(Connection& connection) : connection_(connection) {}

  // Replaces the next write, whatever it is, by `head` and `body`, which lives until then.
  void replace_next_write(std::string head, std::string_view body = {}) {
    head_ = std::move(head);
    body_ = body;
  }

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* out, size_t size) override {
    return static_cast<ssize_t>(connection_.read(out, size));
  }
  using httplib::Stream::write;
  ssize_t write(const char* bytes, size_t size) override {
    const bool written =
        head_ ? connection_.write(*std::exchange(head_, std::nullopt)) && connection_.write(body_)
              : connection_.write({bytes, size});
    return written ? static_cast<ssize_t>(size) : -1;
  }
  void get_remote_ip_and_port(std::string& ip, int& port) const override { unnamed(ip, port); }
  void get_local_ip_and_port(std::string& ip, int& port) const override { unnamed(ip, port); }
  // No socket to offer, so the library's limit of 1024 descriptors (select) does not apply.
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  static void unnamed(std::string& ip, int& port) {
    ip.clear();
    port = 0;
  }

  Connection& connection_;
  std::optional<std::string> head_;
  std::string_view body_;  // behind head_
};

}  // namespace pushpull
