// What a run cannot tell because a server that is not ours tells nothing.
#pragma once

#include <string>
#include <vector>

#include "harness/run/run_outcome.h"

namespace pushpull {

struct Witnesses {
  bool push = true;
  bool leaf_journals = true;  // it is ours
  bool leaf_tells_queues = true;
  bool central_journals = true;
  bool central_runs = true;                // we have started it; else it is not read back either
  bool central_shows_duplicates = false;   // when it is read back
  std::vector<std::string> rounding = {};  // systems that change the last digits of values
};

// Adds the figures that such a run cannot tell to outcome.not_observable, and those that it only
// bounds to outcome.warnings. See ForeignCentral for the bounds. Requires its instrument.
void tell_blindness(const Witnesses& witnesses, RunOutcome& outcome);

}  // namespace pushpull
