#include "harness/scrape/report.h"

namespace pushpull {

Labels report_labels(Labels target, size_t i) {
  target.set("__name__", kReportSeries[i]);
  return target;
}

std::array<double, 5> report_values(bool up, Duration duration, size_t scraped,
                                    size_t series_added) {
  // Without metric_relabel_configs (refused by the configuration) nothing is dropped between the
  // two counts.
  const auto samples = static_cast<double>(scraped);
  return {up ? 1.0 : 0.0, duration.in_seconds(), samples, samples,
          static_cast<double>(series_added)};
}

}  // namespace pushpull
