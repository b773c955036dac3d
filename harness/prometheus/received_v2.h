// A Remote Write 2.0 request on its way into the head: what its storage made of it, and what the
// head takes of that.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "harness/head/head.h"
#include "harness/remote_write/receiver.h"
#include "harness/workload/record.h"

namespace pushpull {

struct ReceivedV2 {
  // Of a series, a histogram or an exemplar that is not for the head to judge.
  struct Refusal {
    uint32_t before;  // the number of samples before it in `slices`
    std::string text;
  };
  std::vector<Slice> slices;
  std::vector<Refusal> refusals;  // in the order of the request
  // Taken, and forgotten, as Prometheus does without --enable-feature=exemplar-storage: it counts
  // them as written.
  int64_t exemplars = 0;
  int64_t samples_with_invalid_labels = 0;
};

// As in Prometheus every sample is compared with what the head had before the request: repetitions
// inside the request count as written, and are dropped at commit without an error.
struct JudgedV2 {
  using Parts = std::vector<std::pair<Slice, Fate>>;

  WriteOutcomeV2 outcome;
  std::vector<Slice> accepted;  // to be committed
  Parts refused;
};
// `series_text` shows the series of a sample for an error.
JudgedV2 judge_v2(
    ReceivedV2 received, const Head& head, const TimeBounds& bounds,
    const std::function<std::string(const Layout& layout, uint32_t position)>& series_text);

}  // namespace pushpull
