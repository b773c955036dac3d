// What passed over one HTTP/1.1 connection of a link, request by request: the instrument that sees
// a real server and a mock alike.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "harness/base/time.h"
#include "harness/roles/request_gate.h"

namespace pushpull {

struct LinkExchange {
  Instant asked;     // the link had the request whole
  Instant answered;  // and the start of its response; or when the wait for it ended
  int status = 0;    // 0: no response
  bool by_link = false;
  uint32_t attempt = 0;  // as the request says; 0 where it does not
  uint64_t body_size = 0;
  uint64_t body_hash = 0;
  bool operator==(const LinkExchange&) const = default;
};

// Pairs requests with the statuses of what comes back. A client that does not wait for its response
// (nobody who writes or scrapes does so) has its earlier requests told as without one. Belongs to
// one thread.
class ExchangeWatch {
 public:
  using Tell = std::function<void(const LinkExchange&)>;

  explicit ExchangeWatch(Tell tell) : tell_(std::move(tell)) {}

  // A request has come whole.
  void asked(Instant now, const SeenRequest& request);
  // The next bytes of the way back, the link's own answers left out.
  void responded(Instant now, std::span<const char> bytes);
  // The connection is over.
  void ended(Instant now);
  // It came to nothing, as the upstream refused it: told as a request without size and status.
  void refused(Instant now) { tell_({.asked = now, .answered = now}); }

 private:
  void answered(Instant now, int status);

  Tell tell_;
  std::optional<LinkExchange> waiting_;
  std::string status_line_;  // of the response so far
};

}  // namespace pushpull
