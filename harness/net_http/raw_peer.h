// For tests: a pair of connected sockets, one end of it plain.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "harness/net_http/file_descriptor.h"

namespace pushpull {

// The plain end. Blocking; every failure fails the test.
class RawPeer {
 public:
  // The other end, non-blocking as every socket of this module.
  static std::pair<RawPeer, FileDescriptor> make_pair() {
    std::array<int, 2> ends = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    FileDescriptor other(ends[1]);
    EXPECT_EQ(::fcntl(other.get(), F_SETFL, O_NONBLOCK), 0);
    return {RawPeer(FileDescriptor(ends[0])), std::move(other)};
  }

  explicit RawPeer(FileDescriptor socket) : socket_(std::move(socket)) {}

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      ASSERT_GT(n, 0);
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  // Exactly `size` bytes, or fewer where the other end closes before.
  std::string read(size_t size) {
    std::string out(size, '\0');
    size_t have = 0;
    while (have < size) {
      const ssize_t n = ::recv(socket_.get(), out.data() + have, size - have, 0);
      if (n <= 0) break;
      have += static_cast<size_t>(n);
    }
    out.resize(have);
    return out;
  }
  // Up to and including `end`.
  std::string read_until(std::string_view end) {
    std::string out;
    while (!out.ends_with(end)) {
      const std::string next = read(1);
      if (next.empty()) break;
      out += next;
    }
    return out;
  }
  std::string read_to_end() {
    std::string out;
    for (std::string next = read(1); !next.empty(); next = read(1)) out += next;
    return out;
  }
  void finish_writing() { ::shutdown(socket_.get(), SHUT_WR); }
  void close() { socket_ = FileDescriptor(); }

 private:
  FileDescriptor socket_;
};

}  // namespace pushpull
