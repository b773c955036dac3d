// What an answer to a write request means for its batch.
#pragma once

#include "harness/net/transport.h"

namespace pushpull {

enum class SendOutcome {
  kDelivered,
  kRetry,     // send the same batch again, for ever
  kRejected,  // give the batch up
};

// As Prometheus: 2xx is delivered; 5xx and no answer at all are retried; 429 is retried only where
// configured; all else (408, 413 and unfollowed redirects included) is final.
SendOutcome classify(const Exchange& exchange, bool retry_on_http_429);

}  // namespace pushpull
