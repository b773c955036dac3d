// The workload's series as leaves send them: with external labels, and relabelled where a variant
// has write_relabel_configs. Which of them a receiver holds is told by their labels.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "harness/measure/series_index.h"
#include "harness/relabel/relabeler.h"
#include "harness/workload/workload.h"

namespace pushpull {

// What one leaf makes of the labels of its series. Immutable; any thread.
struct SentLabels {
  Labels external;
  Relabeler rules;

  // False where the rules drop the series.
  bool apply(Labels& stored) const;
};

// A receiver's way back to the series; not thread-safe. `leaves` by number; where no rule of theirs
// changes labels they may be left out. `workload` is borrowed.
std::unique_ptr<KnownSeries> known_series(const Workload& workload, std::vector<SentLabels> leaves);

// Error: rules leave a series without a metric name, or two series with the same labels: no
// receiver could tell which is which. Of a workload of more than kCheckedSeries series the first so
// many are looked at; with churn, two generations of them.
inline constexpr uint64_t kCheckedSeries = 2'000'000;
Status check_sent_series(const Workload& workload, const std::vector<SentLabels>& leaves);

// The positions of a scrape of `target` whose series the rules drop, ascending.
std::vector<uint32_t> relabelled_positions(const Target& target, const Generations& generations,
                                           const SentLabels& leaf);

}  // namespace pushpull
