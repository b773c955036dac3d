// Series refs of one server over real bytes: label set ⇄ ref. A ref is the number of the series in
// order of creation, as Prometheus's head numbers them, starting at 1. Loop thread only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/workload/labels.h"

namespace pushpull {

class SeriesRegistry {
 public:
  static constexpr uint64_t kNone = 0;

  // The ref of a label set; created if new.
  uint64_t ref(const Labels& labels);
  // The same for an encoded label region of a write request. Fast where the region is in canonical
  // order (sorted, no empty values) and known. `predicted` is tried first: the ref after the
  // previous sample's is right nearly always. `hash` is wire::hash_of_labels(region). Error if the
  // region is malformed.
  Result<uint64_t> ref_of_encoded(std::string_view region, uint64_t hash, uint64_t predicted) {
    // 64 bits tell one series from any other; the bytes of a million are not in the cache.
    if (predicted - 1 < hashes_.size() && hashes_[predicted - 1] == hash) return predicted;
    return look_up(region, hash);
  }

  // Requires: ref known.
  Labels labels(uint64_t ref) const;
  // Canonical encoded labels (remote write TimeSeries field 1).
  std::string_view encoded(uint64_t ref) const;
  uint64_t size() const { return places_.size(); }

 private:
  struct Slot {
    uint64_t hash = 0;
    uint64_t ref = kNone;
  };
  bool matches(uint64_t ref, std::string_view region) const;
  Result<uint64_t> look_up(std::string_view region, uint64_t hash);
  uint64_t find(std::string_view region, uint64_t hash) const;
  uint64_t insert(std::string_view region, uint64_t hash);
  void grow();

  // Label bytes in blocks that never move, so that growing copies nothing; 10 M series are some
  // gigabytes.
  std::vector<std::string> blocks_;
  struct Place {
    uint32_t block;
    uint32_t begin;
    uint32_t size;
  };
  std::vector<Place> places_;     // by ref - 1
  std::vector<uint64_t> hashes_;  // of its region, by ref - 1
  std::vector<Slot> slots_;       // open addressing, power of two, at most 3/4 full
};

}  // namespace pushpull
