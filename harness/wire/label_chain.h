// Series that followed each other in a write request: a decoder that meets the first of them again
// expects the others, and compares instead of parsing and hashing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pushpull::wire {

// A label region (TimeSeries field 1, repeated) and its hash_of_labels().
struct SeenLabels {
  std::string_view region;
  uint64_t hash;
};

// Keeps of each series the labels that the one before it has not. Immutable; any thread.
class LabelChain {
 public:
  // Longer regions are in no chain.
  static constexpr size_t kMaxRegion = UINT16_MAX;

  // Requires: at least one; the regions are valid and of kMaxRegion bytes at most.
  explicit LabelChain(std::span<const SeenLabels> series);

  std::string_view first() const { return first_; }
  // How many series follow the first.
  size_t links() const { return links_.size(); }
  // The labels that `series` begins with, where they are those of series number `link` + 1. Exact:
  // every byte is compared. Requires: link < links(); `before` is the region of series `link`.
  // Nothing (an empty region) where they are not.
  SeenLabels follow(size_t link, std::string_view before, std::string_view series) const;

  // The hash of its last series. Requires: links() > 0.
  uint64_t last_hash() const { return links_.back().hash; }

  // Memory, about.
  size_t bytes() const;
  // Brings the beginning of it into the processor's cache, without waiting.
  void prefetch() const;

 private:
  struct Link {
    uint64_t hash;
    uint32_t size;       // of the region
    uint32_t edits_end;  // in edits_; they begin where the last link's end
  };
  void add(std::string_view before, const SeenLabels& next);

  std::string first_;
  std::vector<Link> links_;
  std::string edits_;  // Edit, then its fresh bytes; and so on
};

}  // namespace pushpull::wire
