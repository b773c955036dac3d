#include "harness/roles/link_meter.h"

namespace pushpull {

void LinkMeter::add(Instant now, int64_t to_server, int64_t to_client) {
  if (now >= next_report()) flush();
  if (empty()) begin_ = now - Duration::nanoseconds(now.unix_ns()) % kBucket;
  to_server_ += to_server;
  to_client_ += to_client;
}

void LinkMeter::flush() {
  if (empty()) return;
  on_bucket_(begin_, std::exchange(to_server_, 0), std::exchange(to_client_, 0));
}

}  // namespace pushpull
