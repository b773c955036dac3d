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
  std::unique_lock lock(mutex_);
  ready_.wait(lock, std::move(stop), [this] { return response_.has_value(); });
  return std::move(response_);
}

}  // namespace pushpull
