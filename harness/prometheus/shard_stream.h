// What one shard of a leaf sends, for learning the size of its bodies: of each target what it
// answers, then what the leaf reports about that, in the order of their times, over and over.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "harness/base/time.h"
#include "harness/prometheus/sent_series.h"
#include "harness/wire/write_request.h"
#include "harness/workload/workload.h"

namespace pushpull {

class Shape;

// Some time into a run, so that counters have the digits they will have.
inline constexpr uint64_t kSampledOrdinal = 100;

// When a leaf scrapes this target, in some interval: targets come at different milliseconds, so
// that timestamps cost as much as they cost in a run.
int64_t sampled_timestamp_ms(const Target& target, Duration scrape_interval);

// Makes labels as they are asked for. Not thread-safe.
class ShardStream {
 public:
  // Of leaf 0. `workload` is borrowed. Requires: shard < shards.
  ShardStream(const Workload& workload, const SentLabels& sent, uint32_t shards, uint32_t shard,
              Duration scrape_interval);

  // A body of so many samples, unless nothing at all is sent. Kinds of targets differ in the size
  // of their labels, and bodies by the targets that happen to be in them: places, spread evenly
  // over [0, 1), are of bodies from the lightest to the heaviest, so that few tell the mean.
  // Requires: samples > 0, 0 <= place < 1.
  std::vector<wire::WriteSlice> cut(int64_t samples, double place);

 private:
  // What is the same in all scrapes of a target.
  struct Scrape {
    const Target* target;
    int64_t timestamp_ms;
    bool report;
    std::shared_ptr<const Layout> layout = nullptr;
    double label_bytes = 0;                                    // of a series, about
    std::shared_ptr<const wire::LabelBlock> labels = nullptr;  // made when first asked for
    const LayoutPart* kept = nullptr;                          // null: all
  };

  std::vector<wire::WriteSlice> cut_from(size_t at, double skipped, int64_t samples);
  const std::vector<size_t>& by_weight(int64_t samples);
  double weight(size_t at, int64_t samples) const;
  double label_bytes(const Target& target);
  Slice part_of(Scrape& scrape, uint64_t ordinal);
  void label(Scrape& scrape);

  SentLabels sent_;
  uint32_t shards_;
  uint32_t shard_;
  std::vector<Scrape> scrapes_;                       // a round of them
  std::map<const Shape*, double> label_bytes_;        // of a series of these kinds, about
  std::map<int64_t, std::vector<size_t>> by_weight_;  // where bodies begin, by samples
};

}  // namespace pushpull
