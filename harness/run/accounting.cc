#include "harness/run/accounting.h"

#include "harness/measure/classify.h"
#include "harness/prometheus/federate_selection.h"

namespace pushpull {
namespace {

// What a run knows about its fetches.
PullEvidence pull_evidence(const ScrapeConfig& federate, const Workload& workload,
                           const std::vector<std::string>& leaves, const RunOutcome& outcome) {
  const Instant end = outcome.window.end + kScrapeGrace;
  const auto grid = [&](const std::vector<Fetch>& attempts) {
    const Instant first = attempts.empty() ? outcome.begin : attempts.front().intended;
    return complete_grid(attempts, first, federate.scrape_interval, outcome.begin, end);
  };
  PullEvidence evidence;
  evidence.targets_per_leaf = static_cast<uint32_t>(workload.targets().size()) / workload.leaves();
  const Instrument::Fetches& attempts = outcome.instrument->fetches();
  for (const std::string& leaf : leaves) {
    const auto found = attempts.find(leaf);
    evidence.fetches.push_back(
        grid(found == attempts.end() ? std::vector<Fetch>() : found->second));
  }
  const FederateSelection selection(federate);
  for (const Target& target : workload.targets()) {
    PositionSet positions = selection.unselected(target);
    if (positions.count() > 0) evidence.not_selected.emplace(target.id(), std::move(positions));
  }
  return evidence;
}

}  // namespace

void finish_accounts(const Variant& variant, const Workload& workload,
                     const std::vector<std::string>& leaves, RunOutcome& outcome) {
  std::optional<PullEvidence> pull;
  if (variant.federate) pull = pull_evidence(variant.federate->config, workload, leaves, outcome);
  outcome.accounts = outcome.instrument->finish(outcome.end, pull ? &*pull : nullptr);
}

}  // namespace pushpull
