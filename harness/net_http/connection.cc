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

constexpr short events_of(TlsSession::Step step) {
  return step == TlsSession::Step::kWantRead ? POLLIN : POLLOUT;
}

bool has_ended(TlsSession::Step step) {
  return step == TlsSession::Step::kClosed || step == TlsSession::Step::kFailed;
}

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

bool Connection::is_idle() {
  if (failure_ != Failure::kNone || begin_ != end_) return false;
  if (tls_ != nullptr) return tls_->is_quiet();
  char unasked;
  const ssize_t n = ::recv(socket_.get(), &unasked, 1, MSG_PEEK | MSG_DONTWAIT);
  return n < 0 && is_retryable(errno);
}

bool Connection::secure_as_client(std::shared_ptr<const TlsContext> context,
                                  const std::string& host) {
  return secure(TlsSession::client(std::move(context), socket_.get(), host));
}

bool Connection::secure_as_server(std::shared_ptr<const TlsContext> context) {
  return secure(TlsSession::server(std::move(context), socket_.get()));
}

bool Connection::secure(std::unique_ptr<TlsSession> session) {
  while (in_time()) {
    const TlsSession::Step step = session->handshake();
    if (step == TlsSession::Step::kDone) {
      tls_ = std::move(session);
      return true;
    }
    if (step == TlsSession::Step::kFailed) {
      tls_error_ = session->error();
      met_plain_http_ = session->met_plain_http();
      if (!met_plain_http_) failure_ = Failure::kClosed;
      return false;
    }
    wait(events_of(step));
  }
  tls_error_ = "tls: no end of the handshake in time";
  return false;
}

Connection::Transfer Connection::receive() {
  if (tls_ != nullptr) {
    size_t n = 0;
    const TlsSession::Step step = tls_->read(buffer_.get(), kBufferSize, n);
    if (step == TlsSession::Step::kDone) return {Transfer::Outcome::kDone, n};
    if (has_ended(step)) return {Transfer::Outcome::kClosed};
    return {Transfer::Outcome::kWait, 0, events_of(step)};
  }
  const ssize_t n = ::recv(socket_.get(), buffer_.get(), kBufferSize, 0);
  if (n > 0) {
    bytes_read_ += n;
    return {Transfer::Outcome::kDone, static_cast<size_t>(n)};
  }
  if (n == 0 || !is_retryable(errno)) return {Transfer::Outcome::kClosed};
  return {Transfer::Outcome::kWait, 0, POLLIN};
}

Connection::Transfer Connection::transmit(std::string_view first, std::string_view then) {
  if (tls_ != nullptr) {
    size_t n = 0;
    const TlsSession::Step step = tls_->write(first.empty() ? then : first, n);
    if (step == TlsSession::Step::kDone) return {Transfer::Outcome::kDone, n};
    if (has_ended(step)) return {Transfer::Outcome::kClosed};
    return {Transfer::Outcome::kWait, 0, events_of(step)};
  }
  std::array<iovec, 2> parts = {iovec{const_cast<char*>(first.data()), first.size()},
                                iovec{const_cast<char*>(then.data()), then.size()}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  const ssize_t n = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
  if (n >= 0) {
    bytes_written_ += n;
    return {Transfer::Outcome::kDone, static_cast<size_t>(n)};
  }
  if (!is_retryable(errno)) return {Transfer::Outcome::kClosed};
  return {Transfer::Outcome::kWait, 0, POLLOUT};
}

bool Connection::progressed(const Transfer& transfer) {
  if (transfer.outcome == Transfer::Outcome::kClosed) failure_ = Failure::kClosed;
  if (transfer.outcome == Transfer::Outcome::kWait) wait(transfer.events);
  return failure_ == Failure::kNone;
}

bool Connection::fill() {
  while (in_time()) {
    const Transfer got = receive();
    if (got.outcome == Transfer::Outcome::kDone) {
      begin_ = 0;
      end_ = got.bytes;
      return true;
    }
    if (!progressed(got)) return false;
  }
  return false;
}

bool Connection::send(std::string_view bytes) {
  std::string_view first = pending_;
  while (!(first.empty() && bytes.empty()) && in_time()) {
    const Transfer sent = transmit(first, bytes);
    const size_t of_first = std::min(sent.bytes, first.size());
    first.remove_prefix(of_first);
    bytes.remove_prefix(sent.bytes - of_first);
    if (!progressed(sent)) break;
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
