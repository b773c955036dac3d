// What a link answers itself instead of passing a request on: a proxy or load balancer that fails.
#pragma once

#include <optional>

#include "harness/base/random.h"
#include "harness/base/time.h"
#include "harness/net/message.h"

namespace pushpull {

struct LinkAnswer {
  int status = 503;
  double share = 1;           // of requests that get it; the others pass
  Duration retry_after = {};  // whole seconds; 0: no such header

  Response response() const;
};

// Decides request by request. Not thread-safe.
class LinkAnswers {
 public:
  explicit LinkAnswers(uint64_t seed) : random_(seed, "link/answers") {}

  // From now on; nullopt: every request passes.
  void set(const std::optional<LinkAnswer>& answer) { answer_ = answer; }
  // The answer to the next request, or nothing where it passes.
  std::optional<Response> decide();

 private:
  Random random_;
  std::optional<LinkAnswer> answer_;
};

}  // namespace pushpull
