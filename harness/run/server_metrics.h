// What leaves say about themselves on /metrics during a loopback run, mock and real alike; and who
// used the machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/time.h"
#include "harness/measure/recorder.h"
#include "harness/run/run_outcome.h"

namespace pushpull {

struct MetricsSample {
  uint32_t leaf = 0;
  Instant at;
  std::optional<double> samples_pending;  // in the shards' queues, all destinations
  std::optional<double> shards;
  std::optional<double> shards_desired;
  std::optional<double> requests;  // attempts so far
};

// From a body in text format 0.0.4; a body that cannot be parsed tells nothing.
MetricsSample read_metrics(uint32_t leaf, Instant at, std::string body);

// As gauges `backlog`, `shards` and `shards_desired`, summed over the leaves that say so.
// `count_requests`: the newest totals become the counter `requests` (a mock journals its own).
void record_metrics(const std::vector<MetricsSample>& samples, bool count_requests,
                    Recorder& recorder);

// CPU of everything that is neither leaf nor central, of all CPU. Nothing where no CPU was used.
std::optional<double> harness_share(const std::vector<RoleUsage>& roles);

}  // namespace pushpull
