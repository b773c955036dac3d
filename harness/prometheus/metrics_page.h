// A page of metrics in the text format that servers show at /metrics.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/remote_write/queue_stats.h"

namespace pushpull {

using MetricLabels = std::vector<prometheus::ClientMetric::Label>;

MetricLabels with(MetricLabels labels, const prometheus::ClientMetric::Label& label);

// All series of a family must be added before the next family.
class MetricsPage {
 public:
  void counter(const std::string& name, const std::string& help, const MetricLabels& labels,
               int64_t value);
  void gauge(const std::string& name, const std::string& help, const MetricLabels& labels,
             double value);
  void durations(const std::string& name, const std::string& help, const MetricLabels& labels,
                 const AttemptDurations& durations);
  std::string text() const;

 private:
  prometheus::ClientMetric& add(const std::string& name, const std::string& help,
                                prometheus::MetricType type, const MetricLabels& labels);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace pushpull
