#include "harness/run/run_plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>

namespace pushpull {
namespace {

// Tells virtual runs apart by all that can make a difference to one variant.
std::string fingerprint(const Scenario& scenario, size_t variant) {
  Scenario part = scenario;
  part.name.clear();
  part.description.clear();
  part.variants = {scenario.variants[variant]};
  part.baseline.clear();
  part.links = {{scenario.link, scenario.link_spec()}};
  return scenario_hash(expanded(part).dump());
}

}  // namespace

std::vector<PlannedRun> plan_runs(const std::vector<Cell>& cells) {
  std::vector<PlannedRun> plan;
  std::unordered_map<std::string, size_t> known;
  const int64_t repetitions = cells.front().scenario.repetitions;
  for (int64_t repetition = 0; repetition < repetitions; ++repetition) {
    for (size_t cell = 0; cell < cells.size(); ++cell) {
      const Scenario& scenario = cells[cell].scenario;
      for (size_t variant = 0; variant < scenario.variants.size(); ++variant) {
        PlannedRun run{cell, variant, repetition, std::nullopt,
                       estimate_run(scenario, scenario.variants[variant].second)};
        if (scenario.engine == Engine::kVirtual) {
          const auto [first, added] = known.emplace(fingerprint(scenario, variant), plan.size());
          if (!added) run.same_as = first->second;
        }
        plan.push_back(run);
      }
    }
  }
  return plan;
}

Duration estimated_wall(const std::vector<PlannedRun>& plan, Engine engine, int jobs) {
  Duration sum;
  Duration longest;
  for (const PlannedRun& run : plan) {
    if (run.same_as) continue;
    sum += run.estimate.wall;
    longest = std::max(longest, run.estimate.wall);
  }
  return engine == Engine::kVirtual ? std::max(longest, sum / jobs) : sum;
}

}  // namespace pushpull
