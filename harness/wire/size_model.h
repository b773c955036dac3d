// Predicts the size of a body from its number of samples, for the virtual engine where really
// encoding every body would cost more than everything else. Fitted to bodies of the run's own
// workload; says how wrong it is.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace pushpull::wire {

// A body that was really encoded.
struct SizedBody {
  int64_t samples;
  int64_t bytes;
};

// Straight lines between the mean sizes seen: small bodies, where compression has not yet got
// going, keep points of their own, and large ones are linear anyway. Beyond the last point the last
// line goes on. Immutable; any thread.
class SizeModel {
 public:
  // Requires: `fitted` has bodies of at least two different sample counts, none negative.
  // `held_out` is only used to state the error.
  static SizeModel fit(std::span<const SizedBody> fitted, std::span<const SizedBody> held_out);

  // Requires: samples >= 0. Never negative.
  int64_t predict(int64_t samples) const;

  // |predicted - real| / real of all held-out bodies together, since a run reports totals: single
  // small bodies miss by more, either way. 0 if none were held out.
  double total_relative_error() const { return total_relative_error_; }

 private:
  struct Point {
    double samples;
    double bytes;
  };

  std::vector<Point> points_;  // ascending by samples
  double total_relative_error_ = 0;
};

// Really encodes bodies of 1 … max_samples samples with `encode` and fits a model to them: sample
// counts double from one point to the next. encode(samples, place) returns the size of one body
// with exactly `samples` samples, which begins at that place in [0, 1) of what the workload sends,
// cut as the run cuts it (same shards, same order). Bodies of a count are spread evenly, so that
// all kinds of targets take part; those held out lie between them, and at counts between the points
// too. Most bodies of a run are full ones: of these more are looked at. Requires: max_samples >= 2.
// Encodes some 400k samples at 2000 and at 16k.
SizeModel measure_size_model(int64_t max_samples,
                             const std::function<int64_t(int64_t samples, double place)>& encode);

}  // namespace pushpull::wire
