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
  // Longer ones are freed rather than kept: nobody needs them often.
  static constexpr size_t kMaxBytes = size_t{8} << 20;

  SpareStrings() = default;
  ~SpareStrings();
  SpareStrings(const SpareStrings&) = delete;
  SpareStrings& operator=(const SpareStrings&) = delete;

  // One that was given back, with what it held: resize() to what it held or less touches nothing.
  // Empty where there is none.
  std::string take();
  // Kept, or freed where enough are kept.
  void give_back(std::string spare);

 private:
  std::array<std::atomic<std::string*>, 32> slots_{};
};

// The process's.
SpareStrings& spare_strings();

}  // namespace pushpull
