#include "harness/net_http/connection_pool.h"

#include <algorithm>
#include <utility>

#include "harness/net_http/socket.h"

namespace pushpull {

namespace {

// Prometheus's, within the request's own.
constexpr Duration kHandshakeTimeout = Duration::seconds(10);

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

std::unique_ptr<Connection> ConnectionPool::take(const std::string& endpoint,
                                                 const std::shared_ptr<const TlsSettings>& tls,
                                                 Instant deadline, SendError& error) {
  std::shared_ptr<const TlsContext> context;
  if (tls != nullptr) {
    Result<std::shared_ptr<const TlsContext>> found = tls_clients_.context(tls);
    if (!found) {
      error = {SendError::Kind::kConnect, found.error().message};
      return nullptr;
    }
    context = std::move(*found);
  }
  while (std::unique_ptr<Connection> idle = take_idle({endpoint, context.get()})) {
    if (idle->is_idle()) return idle;
  }
  std::unique_ptr<Connection> connection = connect(endpoint, deadline, error);
  if (connection == nullptr || context == nullptr) return connection;
  return secure(*connection, endpoint, context, deadline, error) ? std::move(connection) : nullptr;
}

std::unique_ptr<Connection> ConnectionPool::connect(const std::string& endpoint, Instant deadline,
                                                    SendError& error) {
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

bool ConnectionPool::secure(Connection& connection, const std::string& endpoint,
                            const std::shared_ptr<const TlsContext>& context, Instant deadline,
                            SendError& error) {
  connection.set_deadline(std::min(deadline, clock_.now() + kHandshakeTimeout));
  if (connection.secure_as_client(context, parse_endpoint(endpoint)->host)) return true;
  const bool stopped = connection.failure() == Connection::Failure::kStopped;
  const bool late = connection.failure() == Connection::Failure::kTimeout;
  error = {stopped ? SendError::Kind::kCancelled
           : late  ? SendError::Kind::kTimeout
                   : SendError::Kind::kConnect,
           endpoint + ": " + connection.tls_error()};
  return false;
}

void ConnectionPool::give_back(const std::string& endpoint,
                               std::unique_ptr<Connection> connection) {
  const Key key{endpoint, connection->tls()};
  const std::lock_guard lock(mutex_);
  idle_[key].push_back(std::move(connection));
}

std::unique_ptr<Connection> ConnectionPool::take_idle(const Key& key) {
  const std::lock_guard lock(mutex_);
  auto& idle = idle_[key];
  if (idle.empty()) return nullptr;
  std::unique_ptr<Connection> connection = std::move(idle.back());
  idle.pop_back();
  return connection;
}

}  // namespace pushpull
