// The end of a run's books: what became of every sample. Both engines.
#pragma once

#include <string>
#include <vector>

#include "harness/base/time.h"
#include "harness/run/run_outcome.h"
#include "harness/scenario/variant.h"
#include "harness/workload/workload.h"

namespace pushpull {

// Scraping ends this long after the measure phase, so that a scrape intended at its very end is
// still answered.
inline constexpr Duration kScrapeGrace = Duration::milliseconds(500);

// Gives `outcome` its accounts. Requires its begin, window, end and instrument, which has been told
// everything. `leaves` are the endpoints a central fetched, in order of leaves: its fetches belong
// to the grid of the first attempt until scraping ended; places of the grid without an attempt were
// missed.
void finish_accounts(const Variant& variant, const Workload& workload,
                     const std::vector<std::string>& leaves, RunOutcome& outcome);

}  // namespace pushpull
