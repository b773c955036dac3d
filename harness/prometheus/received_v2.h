// A Remote Write 2.0 request on its way into the head: what its storage made of it, and what the
// head takes of that.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "harness/head/exemplar_storage.h"
#include "harness/head/head.h"
#include "harness/remote_write/receiver.h"
#include "harness/workload/record.h"

namespace pushpull {

struct ReceivedV2 {
  // Of a series, a histogram or an exemplar that is not for the head to judge.
  struct Refusal {
    uint32_t before;  // the number of items (samples, histograms, exemplars) before it
    std::string text;
  };
  // The items of one kind, and where in the request each stands among those of all kinds; empty
  // where all are of this kind.
  struct Items {
    Slice slice;
    std::vector<uint32_t> places;

    uint32_t place(uint32_t position) const { return places.empty() ? position : places[position]; }
  };
  std::vector<Items> items;       // floats, then histograms
  Items exemplars;                // slice.count 0: none
  std::vector<Refusal> refusals;  // in the order of the request
  // Positions of histograms that came as floats: stale markers of series of histograms.
  std::vector<uint32_t> stale_floats;  // ascending
  int64_t samples_with_invalid_labels = 0;
};

// As in Prometheus every sample is compared with what the head had before the request: repetitions
// inside the request count as written, and are dropped at commit without an error.
struct JudgedV2 {
  using Parts = std::vector<std::pair<Slice, Fate>>;

  WriteOutcomeV2 outcome;
  std::vector<Slice> accepted;   // to be committed
  std::vector<Slice> exemplars;  // the same, behind them
  Parts refused;                 // samples and histograms
};
// `exemplars` is null where there are none. `series_text` shows the series of a sample for an
// error.
JudgedV2 judge_v2(
    ReceivedV2 received, const Head& head, const ExemplarStorage* exemplars,
    const TimeBounds& bounds,
    const std::function<std::string(const Layout& layout, uint32_t position)>& series_text);

}  // namespace pushpull
