#include "harness/run/blindness.h"

#include "harness/measure/sample_resolver.h"

namespace pushpull {
namespace {

void tell_lags(const Witnesses& witnesses, RunOutcome& outcome) {
  if (!witnesses.push) {
    outcome.warnings.emplace_back(
        "freshness lag and reader staleness are lower bounds: a sample counts as visible at the "
        "start of the scrape of /federate + the scrape_duration_seconds that the central stored");
  } else if (witnesses.leaf_journals) {
    outcome.warnings.emplace_back(
        "freshness lag and reader staleness are upper bounds: a sample counts as visible when the "
        "leaf had its 2xx, which is later by the way back");
  } else {
    for (const char* figure : {"freshness_lag", "reader_staleness", "staleness_", "delivered"}) {
      outcome.not_observable.push_back(
          {figure, "neither a real leaf nor a real central says when a sample arrived"});
    }
  }
}

void tell_queues(RunOutcome& outcome) {
  for (const char* figure : {"backlog", "shards"}) {
    outcome.not_observable.push_back(
        {figure, "the leaf counts what waits in bytes on disk, not in samples of shards"});
  }
}

// Of a receiver that is somebody else's.
void tell_receiver(RunOutcome& outcome) {
  for (const char* figure : {"samples_corrupted", "samples_unknown", "leaf_made_delivered"})
    outcome.not_observable.push_back({figure, "the central is not read back"});
  for (const char* figure :
       {"cpu_seconds_central", "peak_rss_bytes_central", "cpu_us_per_sample", "harness_share"})
    outcome.not_observable.push_back({figure, "the central is not a process of the run"});
  outcome.warnings.emplace_back(
      "delivered means acknowledged: the leaf had its 2xx; whether the central still has the "
      "sample was not looked at");
}

void tell_rounding(const Witnesses& witnesses, RunOutcome& outcome) {
  const auto& counters = outcome.instrument->recorder().counters();
  const auto rounded = counters.find(kRoundedSamples);
  if (rounded == counters.end()) return;
  std::string systems;
  for (const std::string& system : witnesses.rounding)
    systems += (systems.empty() ? "" : " and ") + system;
  outcome.warnings.push_back(std::to_string(rounded->second) +
                             " samples arrived with other last digits than they were exposed "
                             "with, within what " +
                             systems + " is known to round by; they count as delivered");
}

}  // namespace

void tell_blindness(const Witnesses& witnesses, RunOutcome& outcome) {
  if (!witnesses.leaf_journals) {
    outcome.not_observable.push_back(
        {"leaf_made_scraped", "a real leaf does not say how many series it made"});
  }
  if (witnesses.push && !witnesses.leaf_tells_queues) tell_queues(outcome);
  tell_rounding(witnesses, outcome);
  if (witnesses.central_journals) return;
  if (!witnesses.central_runs) tell_receiver(outcome);
  if (!witnesses.central_shows_duplicates) {
    outcome.not_observable.push_back(
        {"samples_duplicate", "a central that is not ours does not say what it received twice"});
  }
  outcome.not_observable.push_back(
      {"samples_rejected",
       "a central that is not ours does not say which samples it refused; they count as lost"});
  tell_lags(witnesses, outcome);
}

}  // namespace pushpull
