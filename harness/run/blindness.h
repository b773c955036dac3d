// What a run cannot tell because a server that is not ours tells nothing.
#pragma once

#include "harness/run/run_outcome.h"

namespace pushpull {

struct Witnesses {
  bool push = true;
  bool leaf_journals = true;  // it is ours
  bool central_journals = true;
};

// Adds the figures that such a run cannot tell to outcome.not_observable, and those that it only
// bounds to outcome.warnings. See ForeignCentral for the bounds.
void tell_blindness(const Witnesses& witnesses, RunOutcome& outcome);

}  // namespace pushpull
