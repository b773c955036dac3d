#include "harness/prometheus/metrics_page.h"

#include <prometheus/text_serializer.h>

#include <limits>

namespace pushpull {

using prometheus::ClientMetric;
using prometheus::MetricType;

MetricLabels with(MetricLabels labels, const ClientMetric::Label& label) {
  labels.push_back(label);
  return labels;
}

void MetricsPage::counter(const std::string& name, const std::string& help,
                          const MetricLabels& labels, int64_t value) {
  add(name, help, MetricType::Counter, labels).counter.value = static_cast<double>(value);
}

void MetricsPage::gauge(const std::string& name, const std::string& help,
                        const MetricLabels& labels, double value) {
  add(name, help, MetricType::Gauge, labels).gauge.value = value;
}

void MetricsPage::durations(const std::string& name, const std::string& help,
                            const MetricLabels& labels, const AttemptDurations& durations) {
  ClientMetric& metric = add(name, help, MetricType::Histogram, labels);
  metric.histogram.sample_count = static_cast<uint64_t>(durations.count());
  metric.histogram.sample_sum = durations.sum().in_seconds();
  for (size_t i = 0; i <= AttemptDurations::kBounds.size(); ++i) {
    const bool last = i == AttemptDurations::kBounds.size();
    const double bound =
        last ? std::numeric_limits<double>::infinity() : AttemptDurations::kBounds[i];
    metric.histogram.bucket.push_back({static_cast<uint64_t>(durations.cumulative(i)), bound});
  }
}

std::string MetricsPage::text() const { return prometheus::TextSerializer().Serialize(families_); }

ClientMetric& MetricsPage::add(const std::string& name, const std::string& help, MetricType type,
                               const MetricLabels& labels) {
  if (families_.empty() || families_.back().name != name)
    families_.push_back({name, help, type, {}});
  ClientMetric& metric = families_.back().metric.emplace_back();
  metric.label = labels;
  return metric;
}

}  // namespace pushpull
