// Keep-alive connections to many endpoints.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/loop/event_loop.h"
#include "harness/net/transport.h"
#include "harness/net_http/connection.h"

namespace pushpull {

// Thread-safe. `clock` and `stop` outlive the pool and its connections.
class ConnectionPool {
 public:
  ConnectionPool(const Clock& clock, const StopSignal& stop) : clock_(clock), stop_(stop) {}

  // The connection to `endpoint` ("host:port") given back last, if its peer has not closed it
  // since, else a new one. Null, and `error` filled, where none can be made before `deadline`.
  std::unique_ptr<Connection> take(const std::string& endpoint, Instant deadline, SendError& error);
  void give_back(const std::string& endpoint, std::unique_ptr<Connection> connection);

  // Connections opened so far.
  int64_t opened() const { return opened_; }

 private:
  std::unique_ptr<Connection> take_idle(const std::string& endpoint);

  const Clock& clock_;
  const StopSignal& stop_;
  std::atomic<int64_t> opened_ = 0;
  std::mutex mutex_;
  // Under mutex_.
  std::unordered_map<std::string, std::vector<std::unique_ptr<Connection>>> idle_;
};

}  // namespace pushpull
