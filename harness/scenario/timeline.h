// What goes wrong during a run, and when.
#pragma once

#include <string>
#include <vector>

#include "harness/base/time.h"
#include "harness/yaml/fields.h"

namespace pushpull {

enum class FaultKind {
  kLinkDown,     // open connections are reset, new ones refused
  kCentralDown,  // the central's process ends, and starts again on its own data
};

struct Fault {
  std::string name;  // unique in the timeline
  Duration at;       // from the start of the measure phase
  Duration duration;
  FaultKind kind = FaultKind::kLinkDown;

  Duration end() const { return at + duration; }
};

void bind(yaml::Fields& fields, Fault& fault);

// Reports, at "timeline[i]" of the struct being bound, names that are not unique, faults that leave
// the measure phase, and overlaps of one kind.
void check_timeline(yaml::Fields& fields, const std::vector<Fault>& timeline, Duration measure);

}  // namespace pushpull
