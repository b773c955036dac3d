// Keep-alive connections to many endpoints.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "harness/loop/event_loop.h"
#include "harness/net/transport.h"
#include "harness/net_http/connection.h"
#include "harness/net_http/tls_clients.h"

namespace pushpull {

// Thread-safe. `clock` and `stop` outlive the pool and its connections.
class ConnectionPool {
 public:
  ConnectionPool(const Clock& clock, const StopSignal& stop) : clock_(clock), stop_(stop) {}

  // The connection to `endpoint` ("host:port") given back last, if its peer has not closed it
  // since, else a new one; with these TLS settings, or plain where there are none. Null, and
  // `error` filled, where none can be made before `deadline`.
  std::unique_ptr<Connection> take(const std::string& endpoint,
                                   const std::shared_ptr<const TlsSettings>& tls, Instant deadline,
                                   SendError& error);
  void give_back(const std::string& endpoint, std::unique_ptr<Connection> connection);

  // Connections opened so far.
  int64_t opened() const { return opened_; }

 private:
  // Connections of an earlier context are not used again: its files have changed.
  using Key = std::pair<std::string, const TlsContext*>;

  std::unique_ptr<Connection> take_idle(const Key& key);
  std::unique_ptr<Connection> connect(const std::string& endpoint, Instant deadline,
                                      SendError& error);
  bool secure(Connection& connection, const std::string& endpoint,
              const std::shared_ptr<const TlsContext>& context, Instant deadline, SendError& error);

  const Clock& clock_;
  const StopSignal& stop_;
  std::atomic<int64_t> opened_ = 0;
  TlsClients tls_clients_;
  std::mutex mutex_;
  std::map<Key, std::vector<std::unique_ptr<Connection>>> idle_;  // under mutex_
};

}  // namespace pushpull
