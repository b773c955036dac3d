// What a receiver remembers of the write requests it has decoded: which series follow which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "harness/wire/label_chain.h"

namespace pushpull::wire {

// Thread-safe.
class LabelMemory {
 public:
  // A chain begins at every series whose hash says so, one in 64: wherever a request begins, it
  // soon meets the beginning of a chain.
  static bool begins_chain(uint64_t hash) { return hash % 64 == 0; }

  // About what all chains may take; then all are forgotten. A million series labelled as in
  // Kubernetes take 120 MB.
  static constexpr size_t kMaxBytes = size_t{512} << 20;
  explicit LabelMemory(size_t max_bytes = kMaxBytes) : max_bytes_(max_bytes) {}

  // The chain that begins with these labels; null if none is known.
  std::shared_ptr<const LabelChain> find(const SeenLabels& first) const;
  // In place of the one that begins alike, if any. `hash` is that of its first labels.
  void remember(uint64_t hash, std::shared_ptr<const LabelChain> chain);

  // Bring what a find() with this hash and its finder will read into the processor's cache, without
  // waiting: where it is kept, then the chain, then what the chain holds. A round of a million
  // series drives everything out before it is read again. Each step, some hundred nanoseconds after
  // the one before it.
  void prefetch_place(uint64_t hash) const;
  void prefetch_chain(uint64_t hash) const;
  void prefetch_contents(uint64_t hash) const;

  size_t bytes() const;

 private:
  struct Place {
    uint64_t hash = 0;
    std::shared_ptr<const LabelChain> chain;  // null: free
  };
  // Where it is, or the free place where it would be. Under mutex_; requires places.
  size_t place_of(uint64_t hash) const;
  void grow();

  const size_t max_bytes_;
  mutable std::mutex mutex_;
  // A power of two of places, at most half of them taken, each at its hash or behind it: one line
  // of memory, not a chain of nodes.
  std::vector<Place> places_;
  size_t taken_ = 0;
  size_t bytes_ = 0;
};

}  // namespace pushpull::wire
