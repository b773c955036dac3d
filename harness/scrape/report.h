// The series that a scraper makes about each scrape, as Prometheus 2.42 … 3.x writes them.
#pragma once

#include <array>
#include <string_view>

#include "harness/base/time.h"
#include "harness/workload/labels.h"

namespace pushpull {

inline constexpr std::array<std::string_view, 5> kReportSeries = {
    "up", "scrape_duration_seconds", "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling", "scrape_series_added"};

// The labels of kReportSeries[i] of a target with these labels. Requires: i < kReportSeries.size().
Labels report_labels(Labels target, size_t i);

// Values in the order of kReportSeries. A failed scrape reports 0 samples unless some were parsed
// before it failed.
std::array<double, 5> report_values(bool up, Duration duration, size_t scraped,
                                    size_t series_added);

}  // namespace pushpull
