// Where a connection's thread waits for the loop thread to answer.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

#include "harness/net/message.h"

namespace pushpull {

// Thread-safe.
class Reply {
 public:
  // Once.
  void set(Response response);
  // Blocks; none if `stop` comes first.
  std::optional<Response> wait(std::stop_token stop);

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::optional<Response> response_;
  bool stopped_ = false;
};

}  // namespace pushpull
