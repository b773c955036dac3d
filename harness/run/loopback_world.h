// One run with real processes and real sockets.
#pragma once

#include <functional>
#include <string>

#include "harness/base/result.h"
#include "harness/run/run_outcome.h"
#include "harness/scenario/scenario.h"
#include "harness/workload/workload.h"

namespace pushpull {

struct LoopbackOptions {
  // Of the run: configurations, logs, journals, data. Made if missing, emptied if not.
  std::string folder;
  std::string pushpull;  // path of this binary, which is started once more per mock role
};

// Starts targets, central, link and leaf, plays the phases and the timeline, stops everything and
// merges the journals. `progress` is called several times a second with the time gone since warm-up
// began; false stops the run. A role that dies ends the run too: the outcome is then marked
// interrupted, and `invalid` says which role and shows its last log lines. No process outlives this
// call. Error: the run could not start.
Result<RunOutcome> run_loopback(const Scenario& scenario, const Variant& variant,
                                const Workload& workload, const LoopbackOptions& options,
                                const std::function<bool(Duration done, Duration total)>& progress);

}  // namespace pushpull
