// Which series of the workload a label set is. A central over sockets sees labels only; each series
// is looked up once, by the generator's own labels, and known by its ref from then on.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "harness/workload/labels.h"

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
  // The value of a series of the workload at a scrape; nothing if the scrape has another generation
  // of it. Requires: an id of a series that find() gave.
  virtual std::optional<double> value(const SeriesId& series, uint64_t ordinal) const = 0;
};

// Not thread-safe.
class SeriesIndex {
 public:
  // Labels of a ref of the central's registry.
  using LabelsOf = std::function<Labels(uint64_t ref)>;

  // `known` is not owned and outlives the index.
  SeriesIndex(const KnownSeries& known, LabelsOf labels_of)
      : known_(known), labels_of_(std::move(labels_of)) {}

  // Requires: a ref of the registry, where refs are small: it numbers its series from 1.
  SeriesId of(uint64_t ref);

 private:
  const KnownSeries& known_;
  LabelsOf labels_of_;
  std::vector<std::optional<SeriesId>> by_ref_;
};

}  // namespace pushpull
