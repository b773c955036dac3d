#include "harness/run/estimate.h"

#include <algorithm>

#include "harness/run/virtual_world.h"

namespace pushpull {
namespace {

// Measured on two cores of a shared 2.x GHz machine and rounded up by half or more. Each line has
// what shows it, from 20k to 10M series, 200 to 5000 targets, 200 to 20000 samples per request:
//   /usr/bin/time pushpull run quickstart --no-report --set timeline=[] --set workload.series=1M
constexpr Duration kPerRun = Duration::milliseconds(100);
constexpr double kScrapeNs = 10'000;      // workload.targets=5000: 4.3 s for 640k scrapes
constexpr double kRequestNs = 5'000;      // max_samples_per_send=200
constexpr double kEncodedSampleNs = 400;  // workload.series=20k: really encoded, 0.67 s for 2.6 M
constexpr double kSampleNs = 10;          // workload.series=1M and 10M
// Sizes of /federate bodies are learnt from bodies that are written: 1.1 s and 160 MB at 100k
// series, little more above.
constexpr double kLearntSeries = 100'000;
constexpr double kLearntSeriesNs = 20'000;
constexpr double kLearntSeriesBytes = 4'000;

constexpr double kRunBytes = 32'000'000;
constexpr double kScrapeBytes = 100;  // an entry of the ledger, and its record
constexpr double kSeriesBytes = 16;

// Start and end of the processes, and merging their journals.
constexpr Duration kLoopbackExtra = Duration::seconds(3);

// Of what cannot be run anyway, whatever it takes.
int64_t whole(double value) { return static_cast<int64_t>(std::min(value, 1e18)); }

double times(Duration span, Duration interval) { return static_cast<double>(span / interval + 1); }

RunEstimate estimate_virtual(const Scenario& s, const Variant& variant) {
  const Duration scraping = s.phases.warmup + s.phases.measure;
  const auto samples = static_cast<double>(s.expected_samples());
  const auto series = static_cast<double>(s.workload.leaves * s.workload.series);
  const double scrapes = static_cast<double>(s.workload.leaves * s.workload.targets) *
                         times(scraping, s.workload.scrape_interval);
  double requests = 0;
  double learnt = 0;
  if (variant.remote_write) {
    const QueueConfig& queue = variant.remote_write->config.queue_config;
    requests = samples / static_cast<double>(queue.max_samples_per_send);
  } else {
    requests = static_cast<double>(s.workload.leaves) *
               times(scraping + s.phases.drain, variant.federate->config.scrape_interval);
    learnt = std::min(series, kLearntSeries);
  }
  const bool encoded = s.expected_samples() <= kExactBytesSamples;
  const double sample_ns = encoded ? kEncodedSampleNs : kSampleNs;
  // Up to a bit per sample: which of a scrape's samples have arrived.
  return {kPerRun + Duration::nanoseconds(whole(scrapes * kScrapeNs + requests * kRequestNs +
                                                samples * sample_ns + learnt * kLearntSeriesNs)),
          whole(kRunBytes + scrapes * kScrapeBytes + series * kSeriesBytes + samples / 8 +
                learnt * kLearntSeriesBytes)};
}

}  // namespace

RunEstimate estimate_run(const Scenario& scenario, const Variant& variant) {
  if (scenario.engine == Engine::kVirtual) return estimate_virtual(scenario, variant);
  return {scenario.phases.total() + kLoopbackExtra, 0};
}

}  // namespace pushpull
