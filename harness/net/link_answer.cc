#include "harness/net/link_answer.h"

#include <string>

namespace pushpull {

Response LinkAnswer::response() const {
  Response response = error_response(status, "answered by the link");
  const int64_t seconds = retry_after / Duration::seconds(1);
  if (seconds > 0) response.headers.add("Retry-After", std::to_string(seconds));
  return response;
}

std::optional<Response> LinkAnswers::decide() {
  if (!answer_ || random_.unit() >= answer_->share) return std::nullopt;
  return answer_->response();
}

}  // namespace pushpull
