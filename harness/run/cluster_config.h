// How leaves and central of one variant are configured: the same prometheus.yml for a mock, a real
// server and a virtual one. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/prometheus/config.h"
#include "harness/scenario/leaf_labels.h"
#include "harness/scenario/scenario.h"
#include "harness/workload/workload.h"

namespace pushpull {

// host:port of everyone, as their clients reach them: links included.
struct ClusterAddresses {
  std::vector<std::string> targets;  // by leaf
  std::vector<std::string> leaves;   // as the central reaches them
  std::string central;               // as leaves reach it
  std::string write_path = "/api/v1/write";
};

// The central's job that fetches the leaves.
inline constexpr std::string_view kFederateJob = "federate";

// Scrapes the leaf's targets (job "bench", labels of the generator) and, in a push variant, writes
// to the central. The external label `prometheus` tells leaves apart.
PrometheusConfig leaf_config(const Scenario& scenario, const Variant& variant,
                             const Workload& workload, uint32_t leaf,
                             const ClusterAddresses& addresses);

// Scrapes every leaf's /federate in a pull variant; only receives in a push variant.
PrometheusConfig central_config(const Scenario& scenario, const Variant& variant,
                                const ClusterAddresses& addresses);

}  // namespace pushpull
