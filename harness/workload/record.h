// Records and slices: the one payload of both engines. A record is one committed scrape; a slice is
// the part of a record that shares one fate. Queues, batches and the ledger hold slices; only
// `wire` walks samples.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "harness/base/time.h"
#include "harness/workload/exemplar.h"
#include "harness/workload/layout.h"
#include "harness/workload/native_histogram.h"

namespace pushpull {

// What a record's positions are. As in Prometheus's WAL, one commit is a record of floats, then one
// of histograms, then one of exemplars; all but the first only where there are any.
enum class RecordKind : uint8_t { kFloats, kHistograms, kExemplars };

// The side table of a record that holds no floats: one entry per position, in one of the two. Their
// timestamps are the record's too.
struct RecordExtras {
  std::vector<NativeHistogram> histograms;
  std::vector<Exemplar> exemplars;
};

// Immutable once committed; shared between threads.
struct Record {
  std::shared_ptr<const Layout> layout;
  // Number of the scrape as the target counted it; kNoOrdinal where only the runner can tell
  // (loopback, foreign).
  uint64_t ordinal = kNoOrdinal;
  Instant intended;            // the scrape's place on its grid
  Instant committed;           // when the head took it
  int64_t timestamp_ms = 0;    // of every sample, unless `timestamps` says otherwise
  bool leaf_made = false;      // up, scrape_*, stale markers: their own class in the ledger
  bool stale_markers = false;  // every value is the stale marker; leaf_made too
  // Empty in virtual time, where values are the generator's. Else one per position; NaN payloads
  // are kept bit by bit.
  std::vector<double> values;
  // Empty unless the exposition carried timestamps. Unix milliseconds, one per position.
  std::vector<int64_t> timestamps;
  // Null for floats. Synthetic targets have nothing else: only foreign ones, in loopback, do.
  std::shared_ptr<const RecordExtras> extras;

  static constexpr uint64_t kNoOrdinal = ~uint64_t{0};

  // Of histograms or exemplars of these series, in order.
  static Record of_histograms(std::shared_ptr<const Layout> layout,
                              std::vector<NativeHistogram> histograms);
  static Record of_exemplars(std::shared_ptr<const Layout> layout, std::vector<Exemplar> exemplars);

  RecordKind kind() const {
    if (extras == nullptr) return RecordKind::kFloats;
    return extras->histograms.empty() ? RecordKind::kExemplars : RecordKind::kHistograms;
  }
  uint32_t size() const { return layout->size(); }
  int64_t timestamp(uint32_t position) const {
    return timestamps.empty() ? timestamp_ms : timestamps[position];
  }
  // The stored value, the stale marker, or the generator's. Requires: floats.
  double value(uint32_t position) const;
};

using RecordPtr = std::shared_ptr<const Record>;

// Ranks [first, first+count) of `shard` of the record's layout under `ref mod shards`; {shard 0 of
// 1} is the record in exposition order.
struct Slice {
  RecordPtr record;
  const ShardPositions* positions = nullptr;  // owned by the record's layout
  uint32_t first = 0;
  uint32_t count = 0;

  static Slice whole(RecordPtr record);

  uint32_t position(uint32_t i) const { return positions->position(first + i); }
  // The parts [0, n) and [n, count).
  Slice head(uint32_t n) const { return {record, positions, first, n}; }
  Slice tail(uint32_t n) const { return {record, positions, first + n, count - n}; }
  // Requires: count > 0.
  int64_t newest_timestamp_ms() const;
};

// Calls f(word, mask) for each 64-position word of the layout that the slice touches, ascending by
// position; bit b of `mask` is position word*64+b. Strided slices cost per word, not per sample.
template <class F>
void for_each_word(const Slice& slice, F&& f);

uint64_t sample_count(const std::vector<Slice>& slices);

}  // namespace pushpull

#include "harness/workload/record_inl.h"
