#include "harness/run/harness_verdict.h"

#include <cmath>
#include <cstdint>
#include <string>

namespace pushpull {
namespace {

constexpr double kMostLateness = 0.01;
constexpr double kMostShare = 0.25;
constexpr double kMostBusy = 0.9;

// Rounded up, so that what is above a limit never reads as the limit.
std::string percent(double share) {
  return std::to_string(static_cast<int64_t>(std::ceil(share * 100))) + " %";
}

}  // namespace

std::optional<std::string> harness_verdict(const HarnessLoad& load) {
  std::string reasons;
  const auto blame = [&reasons](const std::string& reason) {
    reasons += (reasons.empty() ? "" : "; ") + reason;
  };
  if (load.lateness_p99) {
    const double late = load.lateness_p99->in_seconds() / load.scrape_interval.in_seconds();
    if (late > kMostLateness) {
      blame("the targets' answers were late by " + percent(late) + " of the scrape interval (p99)");
    }
  }
  if (load.share && *load.share > kMostShare) {
    blame("it used " + percent(*load.share) + " of all CPU");
  }
  const double capacity = load.wall.in_seconds() * load.cpus;
  if (capacity > 0 && load.cpu.in_seconds() > kMostBusy * capacity) {
    blame("the run kept the machine's CPUs " + percent(load.cpu.in_seconds() / capacity) + " busy");
  }
  if (reasons.empty()) return std::nullopt;
  return "the harness was the bottleneck: " + reasons +
         ". Times describe the harness; use fewer series, a longer scrape interval or more cores";
}

}  // namespace pushpull
