#include "harness/scenario/timeline.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "harness/base/units.h"

namespace pushpull {
namespace {

// What a fault changes. Two faults on one knob may not be in force together.
enum class Knob {
  kNone,  // over as soon as it has begun
  kLinkState,
  kLatency,
  kBandwidth,
  kLoss,
  kAnswers,
  kCentral,
  kLeaves,
  kSlowness,
  kTargets
};

Knob knob_of(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kReset:
      return Knob::kNone;
    case FaultKind::kLinkDown:
    case FaultKind::kBlackhole:
      return Knob::kLinkState;
    case FaultKind::kLatency:
      return Knob::kLatency;
    case FaultKind::kBandwidth:
      return Knob::kBandwidth;
    case FaultKind::kPacketLoss:
      return Knob::kLoss;
    case FaultKind::kHttpStatus:
      return Knob::kAnswers;
    case FaultKind::kCentralDown:
    case FaultKind::kCentralRestart:
      return Knob::kCentral;
    case FaultKind::kSlowReceiver:
      return Knob::kSlowness;
    case FaultKind::kLeafRestart:
      return Knob::kLeaves;
    case FaultKind::kTargetDown:
      return Knob::kTargets;
    case FaultKind::kPause:
      return fault.role == ServerRole::kCentral ? Knob::kCentral : Knob::kLeaves;
  }
  return Knob::kNone;
}

// What the knob is called where two faults reach for it.
std::string knob_text(const Fault& fault, const Fault& other) {
  if (fault.kind == other.kind) return "a fault of the same kind";
  switch (knob_of(fault)) {
    case Knob::kCentral:
      return "which is at the central's process too";
    case Knob::kLeaves:
      return "which is at the leaves' processes too";
    default:
      return "which decides too whether the link carries anything";
  }
}

bool same_knob(const Fault& a, const Fault& b) {
  if (knob_of(a) != knob_of(b) || knob_of(a) == Knob::kNone) return false;
  return a.heading == b.heading || a.heading == Heading::kBoth || b.heading == Heading::kBoth;
}

// A restart without a duration still takes its moment.
Instant end_of(const Fault& fault) {
  const Duration moment = Duration::nanoseconds(1);
  return Instant() + fault.at + std::max(fault.duration, moment);
}

bool together(const Fault& a, const Fault& b) {
  return Instant() + a.at < end_of(b) && Instant() + b.at < end_of(a);
}

// Compared without a sum, which could overflow.
bool leaves(Duration measure, const Fault& fault) {
  return fault.at > measure || fault.duration > measure - fault.at;
}

}  // namespace

void check_timeline(yaml::Fields& f, const std::vector<Fault>& timeline, Duration measure) {
  for (size_t i = 0; i < timeline.size(); ++i) {
    const Fault& fault = timeline[i];
    const std::string path = "timeline[" + std::to_string(i) + "]";
    if (leaves(measure, fault)) {
      f.error(path + (fault.duration == Duration() ? ".at" : ".for"),
              "ends after the measure phase of " + format_duration(measure));
      continue;
    }
    for (size_t j = 0; j < i; ++j) {
      const Fault& other = timeline[j];
      if (fault.name == other.name) f.error(path + ".name", "'" + fault.name + "' is taken");
      if (leaves(measure, other) || !same_knob(fault, other) || !together(fault, other)) continue;
      f.error(path + ".at", "overlaps '" + other.name + "', " + knob_text(fault, other));
    }
  }
}

}  // namespace pushpull
