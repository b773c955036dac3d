// Positions of one scrape that share one fate: first, first+stride, … `count` of them. What
// journals hold, because a slice of strided shards is one run whatever its length.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "harness/workload/record.h"

namespace pushpull {

struct PositionRun {
  uint32_t first = 0;
  uint32_t stride = 1;
  uint32_t count = 0;

  // Every position is below `size`. Safe on any three numbers, so that journals can be checked.
  bool fits(uint32_t size) const {
    if (count == 0) return true;
    return stride > 0 && first + uint64_t{stride} * (count - 1) < size;
  }
  // Requires: i < count.
  uint32_t position(uint32_t i) const { return first + stride * i; }
  bool operator==(const PositionRun&) const = default;
};

// As for_each_word of a slice: f(word, mask), ascending. Requires: stride > 0, no overflow.
template <class F>
void for_each_word(const PositionRun& run, F&& f) {
  internal::for_each_strided_word(run.first, run.stride, run.count, std::forward<F>(f));
}

// Packs positions, given one by one, into runs. Any order is kept; ascending and evenly spaced ones
// pack well.
class RunBuilder {
 public:
  // Takes `position`; returns the run before it where it does not continue that run.
  std::optional<PositionRun> add(uint32_t position) {
    if (run_.count < 2 || position <= last_ || position - last_ != run_.stride) {
      return add_another(position);
    }
    ++run_.count;
    last_ = position;
    return std::nullopt;
  }
  // The run under construction, if any; the builder is empty afterwards.
  std::optional<PositionRun> finish();

 private:
  std::optional<PositionRun> add_another(uint32_t position);

  PositionRun run_;
  uint32_t last_ = 0;
};

// Calls f(run) for the positions of a slice, in its order: once where its shard is strided.
template <class F>
void for_each_run(const Slice& slice, F&& f) {
  if (slice.count == 0) return;
  if (slice.positions->strided()) {
    f(PositionRun{slice.position(0), slice.positions->stride(), slice.count});
    return;
  }
  RunBuilder builder;
  for (uint32_t i = 0; i < slice.count; ++i) {
    if (const auto run = builder.add(slice.position(i))) f(*run);
  }
  f(*builder.finish());
}

}  // namespace pushpull
