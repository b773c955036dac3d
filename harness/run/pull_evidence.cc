#include "harness/run/pull_evidence.h"

#include "harness/prometheus/federate_selection.h"

namespace pushpull {

PullEvidence make_pull_evidence(const ScrapeConfig& federate, const Workload& workload,
                                const std::vector<std::string>& leaves,
                                const Instrument::Fetches& attempts, Instant begin, Instant end) {
  PullEvidence evidence;
  evidence.targets_per_leaf = static_cast<uint32_t>(workload.targets().size()) / workload.leaves();
  for (const std::string& leaf : leaves) {
    const auto it = attempts.find(leaf);
    const bool none = it == attempts.end() || it->second.empty();
    evidence.fetches.push_back(none ? complete_grid({}, begin, federate.scrape_interval, begin, end)
                                    : complete_grid(it->second, it->second.front().intended,
                                                    federate.scrape_interval, begin, end));
  }
  const FederateSelection selection(federate);
  for (const Target& target : workload.targets()) {
    PositionSet positions = selection.unselected(target);
    if (positions.count() > 0) evidence.not_selected.emplace(target.id(), std::move(positions));
  }
  return evidence;
}

}  // namespace pushpull
