// Memory for bodies and messages, used again. A string of half a megabyte that is made anew costs
// more than what is done with it: the kernel clears its pages, and resize() clears them once more.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <string>

namespace pushpull {

// Any thread.
class SpareStrings {
 public:
  // What all that are kept may take: two /federate bodies of a million series.
  static constexpr size_t kMaxBytes = size_t{1} << 30;

  SpareStrings() = default;
  ~SpareStrings();
  SpareStrings(const SpareStrings&) = delete;
  SpareStrings& operator=(const SpareStrings&) = delete;

  // One that was given back, with what it held: resize() to what it held or less touches nothing.
  // Empty where there is none.
  std::string take();
  // Kept, or freed where enough is kept.
  void give_back(std::string spare);

 private:
  std::array<std::atomic<std::string*>, 32> slots_{};
  std::atomic<size_t> kept_bytes_ = 0;
};

// What the process uses strings for, each with its own spares: those of one use are about equally
// long, so that resize() hardly ever has bytes to clear.
enum class SpareUse {
  kText,          // exposition, plain or compressed
  kRequestBody,   // received, compressed
  kWriteRequest,  // received, uncompressed
  kWriteLabels,   // expanded from its symbols, where it is of version 2.0
  kEncoding,      // room to encode a write request in
  kCompression,   // room to compress one in
};
inline constexpr size_t kSpareUses = 6;

// The process's.
SpareStrings& spare_strings(SpareUse use);

}  // namespace pushpull
