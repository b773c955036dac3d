#include "harness/run/blindness.h"

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

}  // namespace

void tell_blindness(const Witnesses& witnesses, RunOutcome& outcome) {
  if (!witnesses.leaf_journals) {
    outcome.not_observable.push_back(
        {"leaf_made_scraped", "a real leaf does not say how many series it made"});
  }
  if (witnesses.central_journals) return;
  outcome.not_observable.push_back(
      {"samples_duplicate", "a central that is not ours does not say what it received twice"});
  outcome.not_observable.push_back(
      {"samples_rejected",
       "a central that is not ours does not say which samples it refused; they count as lost"});
  tell_lags(witnesses, outcome);
}

}  // namespace pushpull
