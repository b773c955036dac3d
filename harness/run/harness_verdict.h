// Whether a loopback run describes the harness rather than the servers. Pure.
#pragma once

#include <optional>
#include <string>

#include "harness/base/time.h"

namespace pushpull {

// What the harness took of the machine during a run.
struct HarnessLoad {
  std::optional<double> share;           // CPU of all but leaves and centrals, of all CPU
  std::optional<Duration> lateness_p99;  // of the targets' answers
  Duration scrape_interval;              // > 0
  Duration cpu;                          // of every role
  Duration wall;                         // of the run
  int cpus = 0;                          // of the machine; 0 if unknown
};

// A warning that says why; nothing where the harness was not the bottleneck. It was where answers
// come late by more than 1 % of the scrape interval (p99), where it takes more than a quarter of
// all CPU, or where the run keeps the CPUs busy for more than 90 % of its time.
std::optional<std::string> harness_verdict(const HarnessLoad& load);

}  // namespace pushpull
