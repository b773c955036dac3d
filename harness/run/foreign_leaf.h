// A real Prometheus writes no journal. What it has scraped follows from what its targets answered.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/prometheus/sent_series.h"
#include "harness/workload/workload.h"

namespace pushpull {

// The grid that a scraper keeps to, from the times its requests arrived: arrivals are late by
// different amounts but never early, so the grid is the one on which they are least late in all. (A
// scraper that stood still makes up for a scrape at any time between two places.) Answers with the
// place of each arrival, which is at most an interval before it. Pure.
std::vector<Instant> fit_grid(const std::vector<Instant>& arrivals, Duration interval);

// Reads the journal of a target role and writes the journal its leaf would have written: each
// answer is a scrape, committed as it arrived, unless one in the same millisecond came before: the
// head refuses a second sample of a timestamp. What the leaf's rules drop of it is relabelled.
// Error: the one cannot be read or the other not written.
Status write_foreign_leaf(const std::string& targets_journal, const Workload& workload,
                          Duration interval, const SentLabels& sent,
                          const std::string& leaf_journal);

}  // namespace pushpull
