#include "harness/roles/link_exchange.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace pushpull {
namespace {

constexpr size_t kStatusEnd = std::string_view("HTTP/1.1 204").size();

// 0 where that is no status line.
int status_of(std::string_view line) {
  int status = 0;
  if (line.size() < kStatusEnd || !line.starts_with("HTTP/1.")) return 0;
  std::from_chars(line.data() + kStatusEnd - 3, line.data() + kStatusEnd, status);
  return status;
}

}  // namespace

void ExchangeWatch::asked(Instant now, const SeenRequest& request) {
  ended(now);
  waiting_ = LinkExchange{
      now, now, 0, !request.answer.empty(), request.attempt, request.body_size, request.body_hash};
  if (waiting_->by_link) answered(now, status_of(request.answer));
}

void ExchangeWatch::responded(Instant now, std::span<const char> bytes) {
  if (!waiting_) return;
  const size_t missing = kStatusEnd - status_line_.size();
  status_line_.append(bytes.data(), std::min(missing, bytes.size()));
  if (status_line_.size() == kStatusEnd) answered(now, status_of(status_line_));
}

void ExchangeWatch::ended(Instant now) {
  if (waiting_) answered(now, 0);
}

void ExchangeWatch::answered(Instant now, int status) {
  waiting_->answered = now;
  waiting_->status = status;
  status_line_.clear();
  tell_(*std::exchange(waiting_, std::nullopt));
}

}  // namespace pushpull
