// What a run knows about its fetches, for the classification of undelivered samples. Both engines.
#pragma once

#include <string>
#include <vector>

#include "harness/measure/classify.h"
#include "harness/measure/instrument.h"
#include "harness/scrape/config.h"
#include "harness/workload/workload.h"

namespace pushpull {

// `leaves` are the endpoints the central fetched, in order of leaves; `attempts` by endpoint.
// Fetches belong to the grid of the first attempt, from `begin` to `end`; places of the grid
// without an attempt were missed.
PullEvidence make_pull_evidence(const ScrapeConfig& federate, const Workload& workload,
                                const std::vector<std::string>& leaves,
                                const Instrument::Fetches& attempts, Instant begin, Instant end);

}  // namespace pushpull
