// What one run of one variant yields, whichever engine ran it. result_json.h writes it down.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/time.h"
#include "harness/measure/instrument.h"

namespace pushpull {

// What a figure is worth; the words of result.json.
enum class MetricKind {
  kExact,      // counted, or virtual and independent of any calibration
  kSimulated,  // virtual, depends on a calibration
  kMeasured,   // loopback clocks and CPU
  kModel,      // a formula
};

struct RoleUsage {
  std::string role;                       // leaf-0, central, link, targets-0
  std::string system;                     // "mock 3.5", "prometheus 2.42.0+ds"
  Duration cpu;                           // of the whole run
  std::optional<int64_t> peak_rss_bytes;  // loopback
};

struct FaultSpan {
  std::string name;
  Instant from;  // as it really was
  Instant to;
};

// A figure, or all whose names begin so, that this run cannot tell: it is left out, never zero.
struct NotObservable {
  std::string figure;  // a metric, a histogram or a column of a time series
  std::string why;
};

struct RunOutcome {
  Instant begin;  // start of warm-up
  Window window;  // the measure phase
  Instant end;    // end of the drain, or of what was run
  std::unique_ptr<Instrument> instrument;
  Accounts accounts;
  std::vector<RoleUsage> roles;
  std::vector<FaultSpan> faults;
  MetricKind bytes_kind = MetricKind::kExact;
  MetricKind time_kind = MetricKind::kExact;
  std::optional<double>
      harness_share;  // loopback: CPU of everything that is not leaf or central, of all CPU
  std::vector<NotObservable> not_observable;
  std::vector<std::string> warnings;
  std::vector<std::string> invalid;  // why the run may not be used; empty if it may
  bool interrupted =
      false;  // stopped by the user or by a role that died: what was measured is here

  bool observable(std::string_view figure) const {
    return std::ranges::none_of(
        not_observable, [&](const auto& hidden) { return figure.starts_with(hidden.figure); });
  }
};

}  // namespace pushpull
