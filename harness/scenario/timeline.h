// What goes wrong during a run, and when.
#pragma once

#include <vector>

#include "harness/base/time.h"
#include "harness/scenario/fault.h"
#include "harness/yaml/fields.h"

namespace pushpull {

// Reports, at "timeline[i]" of the struct being bound, names that are not unique, faults that leave
// the measure phase, and overlaps of faults that turn the same knob: the end of one would undo the
// other.
void check_timeline(yaml::Fields& fields, const std::vector<Fault>& timeline, Duration measure);

}  // namespace pushpull
