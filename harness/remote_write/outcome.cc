#include "harness/remote_write/outcome.h"

namespace pushpull {

SendOutcome classify(const Exchange& exchange, bool retry_on_http_429) {
  if (exchange.failed) return SendOutcome::kRetry;
  const int status = exchange.response.status;
  if (status / 100 == 2) return SendOutcome::kDelivered;
  if (status / 100 == 5) return SendOutcome::kRetry;
  if (status == 429 && retry_on_http_429) return SendOutcome::kRetry;
  return SendOutcome::kRejected;
}

}  // namespace pushpull
