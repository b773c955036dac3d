// The exemplars a server keeps: the newest of all series, in a circular buffer, as Prometheus does
// with --enable-feature=exemplar-storage. Loop thread only.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "harness/measure/observer.h"
#include "harness/workload/exemplar.h"

namespace pushpull {

class ExemplarStorage {
 public:
  // storage.exemplars.max_exemplars.
  static constexpr int64_t kDefaultMax = 100'000;

  // Holds up to `max`; none: every one is taken and forgotten. `shared_timestamps`: since 2.49 a
  // series may have several of one time, told apart by value and labels.
  ExemplarStorage(int64_t max, bool shared_timestamps);

  bool enabled() const { return max_ > 0; }

  // kStored: it would be added. kDuplicate: the series' newest again. kOutOfOrder: before that.
  // kOutOfBounds: its labels have more than 128 characters, or a name twice.
  Fate judge(uint64_t ref, const Exemplar& exemplar) const;
  // The same, and adds what is to be stored; the oldest of all makes room.
  Fate add(uint64_t ref, const Exemplar& exemplar);

  size_t size() const { return entries_.size(); }
  // Calls f(ref, exemplar) for each, oldest first.
  template <class F>
  void for_each(F&& f) const {
    for (size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[(next_ + i) % entries_.size()];
      f(entry.ref, entry.exemplar);
    }
  }

 private:
  struct Entry {
    uint64_t ref;
    Exemplar exemplar;
  };

  const size_t max_;
  const bool shared_timestamps_;
  std::vector<Entry> entries_;
  size_t next_ = 0;                              // the oldest, once all places are taken
  std::unordered_map<uint64_t, size_t> newest_;  // place in entries_, by ref
};

}  // namespace pushpull
