// What a receiver remembers of the write requests it has decoded: which series follow which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

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

  size_t bytes() const;

 private:
  const size_t max_bytes_;
  mutable std::mutex mutex_;
  std::unordered_map<uint64_t, std::shared_ptr<const LabelChain>> chains_;
  size_t bytes_ = 0;
};

}  // namespace pushpull::wire
