#include "harness/scenario/timeline.h"

#include <cstddef>

#include "harness/base/units.h"
#include "harness/scenario/name.h"

namespace pushpull {

void bind(yaml::Fields& f, Fault& fault) {
  f.string("name", fault.name, {.doc = "how the report calls it", .required = true});
  f.duration("at", fault.at, {.doc = "from the start of the measure phase", .required = true});
  f.duration("for", fault.duration, {.doc = "how long", .min = 1, .required = true});
  f.choice("fault", fault.kind,
           {{"link_down", FaultKind::kLinkDown}, {"central_down", FaultKind::kCentralDown}},
           {.doc = "what goes wrong",
            .required = true,
            .otherwise = "other faults are not evaluated yet: refused rather than ignored"});
  if (f.has("name")) check_name(f, "name", fault.name);
}

void check_timeline(yaml::Fields& f, const std::vector<Fault>& timeline, Duration measure) {
  for (size_t i = 0; i < timeline.size(); ++i) {
    const Fault& fault = timeline[i];
    const std::string path = "timeline[" + std::to_string(i) + "]";
    // Compared without a sum, which could overflow.
    if (fault.at > measure || fault.duration > measure - fault.at) {
      f.error(path + ".for", "ends after the measure phase of " + format_duration(measure));
      continue;
    }
    for (size_t j = 0; j < i; ++j) {
      const Fault& other = timeline[j];
      if (fault.name == other.name) f.error(path + ".name", "'" + fault.name + "' is taken");
      if (fault.kind == other.kind && other.duration <= measure && other.at <= measure &&
          fault.at < other.end() && other.at < fault.end()) {
        f.error(path + ".at", "overlaps '" + other.name + "', a fault of the same kind");
      }
    }
  }
}

}  // namespace pushpull
