#include "harness/roles/link_pipe.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace pushpull {

int64_t LinkPipe::pump(int source, int sink, Instant now, std::span<char> scratch) {
  write_due(sink, now);
  int64_t bytes = send_inserted(now);
  if (may_read(now)) bytes += read(source, sink, now, scratch);
  if (end_due_ && *end_due_ <= now && line_.empty() && inserted_.empty() && !finished_ &&
      !broken_) {
    finished_ = true;
    // May fail where the sink has gone already; its own pipe finds out.
    ::shutdown(sink, SHUT_WR);
  }
  return bytes;
}

Instant LinkPipe::next_pump(Instant now) {
  if (finished_ || broken_) return Instant::max();
  Instant next = Instant::max();
  if (!line_.empty()) {
    if (writable_) next = line_.front().due;
  } else if (end_due_) {
    next = *end_due_;
  }
  if (!inserted_.empty())
    next = std::min(next, std::max(inserted_.front().when, next_allowance(now)));
  if (readable_ && !end_due_ && in_line_ < kMaxInLine && !sink_lags(now)) {
    next = std::min(next, std::max(next_allowance(now), opened_));
  }
  return next;
}

bool LinkPipe::may_read(Instant now) const {
  return readable_ && !end_due_ && !broken_ && now >= opened_ && in_line_ < kMaxInLine &&
         !sink_lags(now);
}

int64_t LinkPipe::read(int source, int sink, Instant now, std::span<char> scratch) {
  const int64_t most = std::min(flow_.allowance(now), static_cast<int64_t>(scratch.size()));
  if (most == 0) return 0;
  const ssize_t got = ::recv(source, scratch.data(), static_cast<size_t>(most), 0);
  if (got < 0) {
    readable_ = errno == EINTR;
    broken_ = errno != EAGAIN && errno != EINTR;
    return 0;
  }
  if (got == 0) {
    end_due_ = std::max(now + flow_.one_way(), line_.empty() ? now : line_.back().due);
    return 0;
  }
  const Instant due = flow_.send(now, got).delivered;
  const std::span<const char> bytes = scratch.first(static_cast<size_t>(got));
  if (tap_) tap_(bytes);
  if (!gate_) {
    pass_on(sink, now, due, bytes);
    return got;
  }
  RequestGate::Passed passed = gate_->take(bytes);
  pass_on(sink, now, due, passed.bytes);
  for (SeenRequest& request : passed.requests) {
    if (!request.answer.empty()) replies_.push_back({due, request.answer});
    requests_.push_back(std::move(request));
  }
  return got;
}

void LinkPipe::pass_on(int sink, Instant now, Instant due, std::span<const char> bytes) {
  // An unshaped link copies nothing unless the sink is slow.
  size_t written = 0;
  if (due <= now && line_.empty()) written = write(sink, bytes.data(), bytes.size());
  if (written == bytes.size()) return;
  const std::span<const char> rest = bytes.subspan(written);
  line_.push_back({due, std::string(rest.data(), rest.size())});
  in_line_ += static_cast<int64_t>(rest.size());
}

int64_t LinkPipe::send_inserted(Instant now) {
  int64_t total = 0;
  while (!inserted_.empty() && inserted_.front().when <= now) {
    std::string& bytes = inserted_.front().bytes;
    const int64_t most = std::min(flow_.allowance(now), static_cast<int64_t>(bytes.size()));
    if (most == 0) break;
    line_.push_back({flow_.send(now, most).delivered, bytes.substr(0, static_cast<size_t>(most))});
    in_line_ += most;
    total += most;
    bytes.erase(0, static_cast<size_t>(most));
    if (bytes.empty()) inserted_.pop_front();
  }
  return total;
}

Instant LinkPipe::next_allowance(Instant now) {
  return flow_.allowance(now) > 0 ? now : flow_.next_turn();
}

void LinkPipe::write_due(int sink, Instant now) {
  while (!line_.empty() && line_.front().due <= now && writable_ && !broken_) {
    const std::string& bytes = line_.front().bytes;
    written_ += write(sink, bytes.data() + written_, bytes.size() - written_);
    if (written_ < bytes.size()) continue;
    in_line_ -= static_cast<int64_t>(bytes.size());
    written_ = 0;
    line_.pop_front();
  }
}

size_t LinkPipe::write(int sink, const char* bytes, size_t size) {
  if (!writable_) return 0;
  const ssize_t taken = ::send(sink, bytes, size, MSG_NOSIGNAL);
  if (taken >= 0) return static_cast<size_t>(taken);
  writable_ = errno == EINTR;
  broken_ = errno != EAGAIN && errno != EINTR;
  return 0;
}

}  // namespace pushpull
