// A distribution of durations: log-linear buckets, 64 per octave, so that the middle of a bucket is
// within 1/128 (0.8 %) of every value in it, and exact below 128 ns. At most 30 KiB. Samples that
// never came count as infinite and stay in the distribution.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/time.h"

namespace pushpull {

class Histogram {
 public:
  // What quantile() answers where the rank falls among the infinite ones.
  static constexpr Duration kInfinite = Duration::max();

  // `count` times `value`. A negative value (clocks of two roles) counts in the lowest bucket;
  // min() and mean() still tell it.
  void record(Duration value, uint64_t count = 1);
  void record_infinite(uint64_t count) { infinite_ += count; }
  void merge(const Histogram& other);
  void clear();

  uint64_t count() const { return finite_ + infinite_; }
  uint64_t finite() const { return finite_; }
  uint64_t infinite() const { return infinite_; }

  // The smallest recorded value such that at least a share `q` of all counts is at or below it; the
  // middle of its bucket, never outside [min, max]. Monotone in q. Nothing where nothing was
  // recorded. Requires: 0 <= q <= 1.
  std::optional<Duration> quantile(double q) const;
  // Exact, of the finite ones; nothing where there are none.
  std::optional<Duration> min() const;
  std::optional<Duration> max() const;
  std::optional<Duration> mean() const;

  // Calls f(low, high, count) for each bucket that is not empty, ascending; it holds [low, high).
  template <class F>
  void for_each_bucket(F&& f) const {
    for (size_t i = 0; i < buckets_.size(); ++i) {
      if (buckets_[i] > 0) f(low(i), low(i + 1), buckets_[i]);
    }
  }

 private:
  __extension__ using Sum = __int128;  // 2^63 ns times 2^63 samples

  static size_t index(int64_t ns);
  static Duration low(size_t index);

  std::vector<uint64_t> buckets_;  // up to the highest one used
  uint64_t finite_ = 0;
  uint64_t infinite_ = 0;
  int64_t min_ns_ = 0;
  int64_t max_ns_ = 0;
  Sum sum_ns_ = 0;
};

}  // namespace pushpull
