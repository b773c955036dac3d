// What churn must have done to a run, by the workload's churn function alone; and what a central of
// ours has kept of it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "harness/measure/ledger.h"
#include "harness/prometheus/head_file.h"
#include "harness/workload/special_values.h"
#include "harness/workload/workload.h"

namespace pushpull {

// Series that ended while they were scraped. Requires: ordinals without gaps.
inline int64_t replaced_series(const Workload& workload, const Ledger& ledger) {
  int64_t ended = 0;
  for (const Target& target : workload.targets()) {
    for (uint64_t ordinal = 1; ordinal < ledger.scrapes(target.id()).size(); ++ordinal) {
      const Generations before = target.generations(ordinal - 1);
      const Generations now = target.generations(ordinal);
      if (before == now) continue;
      for (uint32_t p = 0; p < target.size(); ++p) ended += before.of(p) != now.of(p);
    }
  }
  return ended;
}

// Reports of leaves about each scrape, failed or not: up and four of scrape_*.
inline int64_t report_samples(const Workload& workload, const Ledger& ledger) {
  size_t reports = 0;
  for (const Target& target : workload.targets())
    reports += ledger.scrapes(target.id()).size() + ledger.failures(target.id()).size();
  return static_cast<int64_t>(reports * 5);
}

// Of the head that a central has saved in the run's folder: series of the workload, and those of
// them whose newest sample is a stale marker.
struct SavedSeries {
  int64_t all = 0;
  int64_t stale = 0;
};
inline SavedSeries saved_series(const std::string& run_folder, const Workload& workload) {
  SeriesRegistry registry;
  SeriesHead head;
  HeadWindow window;
  const Status loaded =
      load_head(run_folder + "/central.data/pushpull-head", registry, head, window);
  EXPECT_TRUE(loaded.ok());
  SavedSeries saved;
  registry.for_each([&](uint64_t ref) {
    const Labels labels = registry.labels(ref);
    const auto target = workload.target_of(labels.get("instance"));
    if (!target || !workload.place_of(*target, labels)) return;
    ++saved.all;
    const Newest* newest = head.find(ref);
    saved.stale += newest != nullptr && is_stale_nan(newest->value);
  });
  return saved;
}

}  // namespace pushpull
