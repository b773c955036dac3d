// Which series of the workload a label set is. A central over sockets sees labels only; each series
// is looked up once, by the generator's own labels, and known by its ref from then on.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "harness/workload/labels.h"
#include "harness/workload/ref_table.h"

namespace pushpull {

struct SeriesId {
  enum class Kind : uint8_t {
    kUnknown,   // nobody's
    kWorkload,  // position `position` of target `target`, in generation `generation`
    kLeafMade,  // up or scrape_* of target `target`
  };
  Kind kind = Kind::kUnknown;
  uint32_t target = 0;
  uint32_t position = 0;
  uint32_t generation = 0;
  bool operator==(const SeriesId&) const = default;
};

// What the generator knows of its series. Implemented by WorkloadSeries.
class KnownSeries {
 public:
  virtual ~KnownSeries() = default;
  // By labels as a central stores them, external labels included. Slow path.
  virtual SeriesId find(const Labels& labels) const = 0;
  // Whether the scrape has this generation of the series. Requires, as below: find() gave the id.
  virtual bool has(const SeriesId& series, uint64_t ordinal) const = 0;
  // The values of some series of one target at a scrape that has them. Requires: positions that
  // find() gave; out.size() == positions.size().
  virtual void values(uint32_t target, uint64_t ordinal, std::span<const uint32_t> positions,
                      std::span<double> out) const = 0;
};

// Not thread-safe.
class SeriesIndex {
 public:
  // Labels of a ref of the central's registry.
  using LabelsOf = std::function<Labels(uint64_t ref)>;

  // `known` is not owned and outlives the index.
  SeriesIndex(const KnownSeries& known, LabelsOf labels_of)
      : known_(known), labels_of_(std::move(labels_of)) {}

  // Requires: a ref that the registry knows; it numbers its series from 1.
  SeriesId of(uint64_t ref) {
    const SeriesId* known = by_ref_.find(ref);
    return known != nullptr ? *known : look_up(ref);
  }
  // The registry has forgotten it.
  void forget(uint64_t ref) { by_ref_.erase(ref); }

 private:
  SeriesId look_up(uint64_t ref);

  const KnownSeries& known_;
  LabelsOf labels_of_;
  RefTable<SeriesId> by_ref_;
};

}  // namespace pushpull
