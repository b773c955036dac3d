#include "harness/net_http/connection_pool.h"

#include <utility>

#include "harness/net_http/socket.h"

namespace pushpull {

namespace {

SendError::Kind kind_of(Wait wait) {
  switch (wait) {
    case Wait::kReady:
      return SendError::Kind::kConnect;
    case Wait::kTimeout:
      return SendError::Kind::kTimeout;
    case Wait::kStopped:
      return SendError::Kind::kCancelled;
  }
  return SendError::Kind::kConnect;
}

}  // namespace

std::unique_ptr<Connection> ConnectionPool::take(const std::string& endpoint, Instant deadline,
                                                 SendError& error) {
  while (std::unique_ptr<Connection> idle = take_idle(endpoint)) {
    if (idle->is_idle()) return idle;
  }
  const Result<Endpoint> parsed = parse_endpoint(endpoint);
  if (!parsed) {
    error = {SendError::Kind::kConnect, parsed.error().message};
    return nullptr;
  }
  ConnectFailure failure;
  FileDescriptor socket = connect_to(*parsed, deadline, clock_, stop_, failure);
  if (!socket.is_open()) {
    error = {kind_of(failure.wait), failure.message};
    return nullptr;
  }
  ++opened_;
  return std::make_unique<Connection>(std::move(socket), clock_, stop_);
}

void ConnectionPool::give_back(const std::string& endpoint,
                               std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  idle_[endpoint].push_back(std::move(connection));
}

std::unique_ptr<Connection> ConnectionPool::take_idle(const std::string& endpoint) {
  const std::lock_guard lock(mutex_);
  auto& idle = idle_[endpoint];
  if (idle.empty()) return nullptr;
  std::unique_ptr<Connection> connection = std::move(idle.back());
  idle.pop_back();
  return connection;
}

}  // namespace pushpull
