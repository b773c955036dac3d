#include "harness/net_http/reply.h"

#include <utility>

#include "harness/base/check.h"

namespace pushpull {

void Reply::set(Response response) {
  {
    const std::lock_guard lock(mutex_);
    CHECK(!response_.has_value()) << "a request was answered twice";
    response_ = std::move(response);
  }
  ready_.notify_one();
}

std::optional<Response> Reply::wait(std::stop_token stop) {
  // A condition_variable_any knows stop tokens, and has a mutex of its own to sleep on.
  const std::stop_callback on_stop(std::move(stop), [this] {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    ready_.notify_one();
  });
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return response_.has_value() || stopped_; });
  return std::move(response_);
}

}  // namespace pushpull
