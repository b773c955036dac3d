// Bytes per 100 ms of a link, both ways, reported as each bucket ends.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "harness/base/time.h"

namespace pushpull {

// Belongs to one thread.
class LinkMeter {
 public:
  static constexpr Duration kBucket = Duration::milliseconds(100);
  // `begin` is a multiple of kBucket. Buckets without bytes are not reported.
  using OnBucket = std::function<void(Instant begin, int64_t to_server, int64_t to_client)>;

  explicit LinkMeter(OnBucket on_bucket) : on_bucket_(std::move(on_bucket)) {}

  // Reports the bucket that has ended by `now`, if any, and adds to the one of `now`. Requires:
  // `now` never goes back.
  void add(Instant now, int64_t to_server, int64_t to_client);
  // Reports what there is, ended or not.
  void flush();
  // When add() has something to report; max() if never.
  Instant next_report() const { return empty() ? Instant::max() : begin_ + kBucket; }

 private:
  bool empty() const { return to_server_ == 0 && to_client_ == 0; }

  OnBucket on_bucket_;
  Instant begin_;
  int64_t to_server_ = 0;
  int64_t to_client_ = 0;
};

}  // namespace pushpull
