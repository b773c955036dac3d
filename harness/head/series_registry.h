// Series refs of one server over real bytes: label set ⇄ ref. A ref is the number of the series in
// order of creation, as Prometheus's head numbers them, starting at 1; the ref of a series that was
// forgotten is never given again. Loop thread only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/workload/labels.h"
#include "harness/workload/ref_table.h"

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
    return is(predicted, hash) ? predicted : look_up(region, hash);
  }
  // Whether `ref` is the series whose region has this hash. 64 bits tell one series from any other;
  // the bytes of a million are not in the cache.
  bool is(uint64_t ref, uint64_t hash) const {
    const uint64_t* known = hashes_.find(ref);
    return known != nullptr && *known == hash;
  }
  // A saved series comes back under its ref. Requires: ref > last_ref(). Error if the region is
  // malformed, or there already.
  Status restore(uint64_t ref, std::string_view region);
  // Refs up to this one were given before the head was saved. Requires: ref >= last_ref().
  void resume_after(uint64_t ref);

  // Requires: ref known.
  Labels labels(uint64_t ref) const;
  // Canonical encoded labels (remote write TimeSeries field 1). Valid until series are forgotten.
  std::string_view encoded(uint64_t ref) const;
  // Calls f(ref) for each known series, ascending.
  template <class F>
  void for_each(F&& f) const {
    places_.for_each([&](uint64_t ref, const Place&) { f(ref); });
  }
  // Series known.
  uint64_t size() const { return last_ref_ - forgotten_; }
  // The newest ref ever given.
  uint64_t last_ref() const { return last_ref_; }
  // A number that is another one whenever the set of series is.
  uint64_t version() const { return last_ref_ + forgotten_; }

  // From now on these labels would be a new series. Costs a pass over all that stay. Requires: refs
  // known, each once.
  void forget(std::span<const uint64_t> refs);

  // Memory for labels: at most twice what the known series' take, and one block.
  uint64_t label_bytes() const { return label_bytes_; }
  // Memory for refs, in refs.
  uint64_t ref_capacity() const { return places_.capacity(); }

 private:
  struct Slot {
    uint64_t hash = 0;
    uint64_t ref = kNone;
  };
  struct Place {
    uint32_t block;
    uint32_t begin;
    uint32_t size;
  };
  Result<uint64_t> look_up(std::string_view region, uint64_t hash);
  uint64_t find(std::string_view region, uint64_t hash) const;
  uint64_t insert(std::string_view region, uint64_t hash);
  Place store(std::string_view region);
  void occupy_slot(uint64_t hash, uint64_t ref);
  void rebuild_slots();
  void compact();

  // Label bytes in blocks that do not move while series are added, so that growing copies nothing;
  // 10 M series are some gigabytes. In the order of refs.
  std::vector<std::string> blocks_;
  uint64_t label_bytes_ = 0;  // in all blocks
  uint64_t known_bytes_ = 0;  // of those, of series that are known
  RefTable<Place> places_;
  RefTable<uint64_t> hashes_;  // of regions
  std::vector<Slot> slots_;    // open addressing, power of two, at most 3/4 full
  uint64_t last_ref_ = kNone;
  uint64_t forgotten_ = 0;  // refs, those that were not saved included
};

}  // namespace pushpull
