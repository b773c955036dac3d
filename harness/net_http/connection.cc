#include "harness/net_http/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "harness/base/check.h"
#include "harness/net_http/socket.h"

namespace pushpull {

namespace {

constexpr size_t kBufferSize = 64 * 1024;
// Below this a copy is cheaper than a system call of its own.
constexpr size_t kGather = 16 * 1024;

bool is_retryable(int code) { return code == EAGAIN || code == EWOULDBLOCK || code == EINTR; }

}  // namespace

Connection::Connection(FileDescriptor socket, const Clock& clock, const StopSignal& stop)
    : socket_(std::move(socket)), clock_(clock), stop_(stop), buffer_(new char[kBufferSize]) {
  CHECK(socket_.is_open());
}

size_t Connection::read(char* out, size_t size) {
  if (begin_ == end_ && !(flush() && fill())) return 0;
  const size_t taken = std::min(size, end_ - begin_);
  std::memcpy(out, buffer_.get() + begin_, taken);
  begin_ += taken;
  return taken;
}

bool Connection::wait_readable() { return begin_ < end_ || fill(); }

bool Connection::write(std::string_view bytes) {
  if (failure_ != Failure::kNone) return false;
  if (bytes.size() >= kGather) return send(bytes);
  pending_ += bytes;
  return pending_.size() < kGather || flush();
}

bool Connection::is_idle() const {
  char unasked;
  const ssize_t n = ::recv(socket_.get(), &unasked, 1, MSG_PEEK | MSG_DONTWAIT);
  return failure_ == Failure::kNone && begin_ == end_ && n < 0 && is_retryable(errno);
}

bool Connection::fill() {
  while (in_time()) {
    const ssize_t n = ::recv(socket_.get(), buffer_.get(), kBufferSize, 0);
    if (n > 0) {
      begin_ = 0;
      end_ = static_cast<size_t>(n);
      bytes_read_ += n;
      return true;
    }
    if (n == 0 || !is_retryable(errno)) {
      failure_ = Failure::kClosed;
    } else {
      wait(POLLIN);
    }
  }
  return false;
}

bool Connection::send(std::string_view bytes) {
  std::string_view first = pending_;
  while (!(first.empty() && bytes.empty()) && in_time()) {
    std::array<iovec, 2> parts = {iovec{const_cast<char*>(first.data()), first.size()},
                                  iovec{const_cast<char*>(bytes.data()), bytes.size()}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t n = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
    if (n >= 0) {
      bytes_written_ += n;
      const size_t of_first = std::min(static_cast<size_t>(n), first.size());
      first.remove_prefix(of_first);
      bytes.remove_prefix(static_cast<size_t>(n) - of_first);
    } else if (!is_retryable(errno)) {
      failure_ = Failure::kClosed;
    } else {
      wait(POLLOUT);
    }
  }
  pending_.clear();
  return failure_ == Failure::kNone;
}

bool Connection::in_time() {
  // Checked before every system call: a peer that never pauses must not outlive the deadline.
  if (failure_ == Failure::kNone && clock_.now() >= deadline_) failure_ = Failure::kTimeout;
  return failure_ == Failure::kNone;
}

void Connection::wait(short events) {
  switch (wait_for(socket_.get(), events, deadline_, clock_, stop_)) {
    case Wait::kReady:
      return;
    case Wait::kTimeout:
      failure_ = Failure::kTimeout;
      return;
    case Wait::kStopped:
      failure_ = Failure::kStopped;
      return;
  }
}

}  // namespace pushpull
