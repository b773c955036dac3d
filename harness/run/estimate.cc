#include "harness/run/estimate.h"

#include <algorithm>

#include "harness/run/virtual_world.h"

namespace pushpull {
namespace {

// CPU time of a release build on a shared 2.x GHz machine; no run of the shipped scenarios is
// further off than half, but for queues that overflow, which take longer. Shown by
//   S="pushpull run quickstart --no-report --jobs 1 --set timeline=[]"
//   T="/usr/bin/time -f %U+%S:%MkB"
constexpr Duration kPerRun = Duration::milliseconds(10);  // $T $S --profile smoke
// Scrapes of many targets find less in caches. $T $S --variant push-default --set workload.targets=
// 1000: 0.60 s for 129k; 2000: 2.2 s for 257k; 5000: 6.8 s for 645k.
constexpr double kScrapeNs = 2'500;
constexpr double kScrapePerTargetNs = 2.5;
constexpr double kMostScrapeNs = 10'000;
// A scrape has a slice for each shard. $T pushpull run cardinality --no-report --jobs 1 --cell
// series=1M, with 50k scrapes: --variant push-default, 1 shard: 0.5 s; push-tuned, 50: 3.4 s.
constexpr double kSliceNs = 1'000;
constexpr double kRequestNs = 3'000;  // queue-sizing, 8 shards, 88k requests: 0.6 s with all else
constexpr double kEncodedSampleNs = 300;  // $S … workload.series=20k: 0.84 s for 2.6 M
constexpr double kSampleNs = 1.2;         // $S … workload.series=10M: 1.7 s for 1.3 G
// Sizes of /federate bodies are learnt from bodies that are written, of at most so many series.
// $T $S --variant pull-15s --set workload.series=100k: 1.5 s, 163 MB; 200k: 3.2 s, 327 MB; more: as
// 200k.
constexpr double kLearntSeries = 200'000;
constexpr double kLearntSeriesNs = 13'500;
constexpr double kLearntSeriesBytes = 1'700;

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
  const auto targets = static_cast<double>(s.workload.leaves * s.workload.targets);
  const double scrapes = targets * times(scraping, s.workload.scrape_interval);
  // As VirtualWorld has it: what gzip makes of a body is learnt in any case.
  const bool encoded = s.expected_samples() <= kExactBytesSamples &&
                       !(variant.federate && variant.federate->config.enable_compression);
  double requests = 0;
  double slices = 0;
  double learnt = 0;
  if (variant.remote_write) {
    const QueueConfig& queue = variant.remote_write->config.queue_config;
    requests = samples / static_cast<double>(queue.max_samples_per_send);
    slices = scrapes * std::min(static_cast<double>(queue.min_shards), series / targets);
  } else {
    requests = static_cast<double>(s.workload.leaves) *
               times(scraping + s.phases.drain, variant.federate->config.scrape_interval);
    if (!encoded) learnt = std::min(series, kLearntSeries);
  }
  const double sample_ns = encoded ? kEncodedSampleNs : kSampleNs;
  const double scrape_ns = std::min(kScrapeNs + kScrapePerTargetNs * targets, kMostScrapeNs);
  // Up to a bit per sample: which of a scrape's samples have arrived.
  return {kPerRun + Duration::nanoseconds(whole(scrapes * scrape_ns + slices * kSliceNs +
                                                requests * kRequestNs + samples * sample_ns +
                                                learnt * kLearntSeriesNs)),
          whole(kRunBytes + scrapes * kScrapeBytes + series * kSeriesBytes + samples / 8 +
                learnt * kLearntSeriesBytes)};
}

}  // namespace

RunEstimate estimate_run(const Scenario& scenario, const Variant& variant) {
  if (scenario.engine == Engine::kVirtual) return estimate_virtual(scenario, variant);
  return {scenario.phases.total() + kLoopbackExtra, 0};
}

}  // namespace pushpull
