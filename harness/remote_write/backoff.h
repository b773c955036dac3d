// How long a sender pauses before it repeats a request.
#pragma once

#include <optional>
#include <string_view>

#include "harness/base/time.h"

namespace pushpull {

// The pauses of one batch: `min`, doubled each time up to `max`, without jitter and without end, as
// Prometheus does. A wish of the server replaces one pause, however long, and the doubling goes on
// from there.
class RetryBackoff {
 public:
  // Requires: both are positive. A `min` above `max` is the first pause only, as in Prometheus.
  RetryBackoff(Duration min, Duration max);

  // The pause before the next attempt. A wish of zero or less is none.
  Duration next(std::optional<Duration> retry_after = std::nullopt);

 private:
  Duration pause_;
  Duration max_;
};

// The value of a Retry-After header, whole seconds or an HTTP date (RFC 9110's preferred form), as
// a pause from `now` truncated to whole seconds; may be zero or negative. Nothing where it is
// neither, or more than a year away.
std::optional<Duration> parse_retry_after(std::string_view value, Instant now);

}  // namespace pushpull
