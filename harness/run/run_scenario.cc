#include "harness/run/run_scenario.h"

#include "harness/run/result_json.h"
#include "harness/run/virtual_world.h"

namespace pushpull {

ScenarioRunner::ScenarioRunner(const Scenario& scenario, const Calibration& calibration,
                               LoopbackOptions loopback, Progress progress)
    : scenario_(scenario),
      calibration_(calibration),
      loopback_(std::move(loopback)),
      progress_(std::move(progress)) {}

// Repetitions are the outer loop: variants alternate, so that a machine that slows down slows all
// of them.
Result<ScenarioRun> ScenarioRunner::run() {
  const Result<Workload> workload = Workload::make(scenario_.workload_spec());
  if (!workload) return workload.error();
  ScenarioRun all;
  nlohmann::ordered_json runs = nlohmann::ordered_json::array();
  std::vector<FaultSpan> faults;
  Instant measure_begin;
  RunProgress at;
  at.runs = scenario_.repetitions * static_cast<int64_t>(scenario_.variants.size());
  for (at.repetition = 0; at.repetition < scenario_.repetitions; ++at.repetition) {
    for (const auto& [name, variant] : scenario_.variants) {
      at.variant = name;
      const Result<RunOutcome> outcome = run_one(variant, *workload, at);
      if (!outcome) {
        if (runs.empty()) return outcome.error();
        // What the runs before have measured is worth keeping.
        all.failures.push_back(name + ": " + outcome.error().message);
        all.interrupted = true;
        break;
      }
      RunIdentity identity;
      identity.variant = name;
      identity.push = variant.remote_write.has_value();
      identity.repetition = at.repetition;
      for (const RoleUsage& usage : outcome->roles) {
        if (usage.role == "leaf-0") identity.leaf_system = usage.system;
        if (usage.role == "central") identity.central_system = usage.system;
      }
      runs.push_back(run_json(identity, *outcome));
      if (faults.empty()) {
        faults = outcome->faults;
        measure_begin = outcome->window.begin;
      }
      for (const std::string& why : outcome->invalid) all.failures.push_back(name + ": " + why);
      all.interrupted |= outcome->interrupted;
      ++at.run;
      if (all.interrupted) break;
    }
    if (all.interrupted) break;
  }
  all.result = result_json(scenario_, faults, measure_begin, std::move(runs));
  return all;
}

Result<RunOutcome> ScenarioRunner::run_one(const Variant& variant, const Workload& workload,
                                           RunProgress at) {
  const auto progress = [&](Duration done, Duration total) {
    at.done = done;
    at.total = total;
    at.fault = fault_at(done - scenario_.phases.warmup);
    return progress_(at);
  };
  if (scenario_.engine == Engine::kVirtual) {
    VirtualWorld world(scenario_, variant, workload, calibration_);
    return world.run(progress);
  }
  LoopbackOptions options = loopback_;
  options.folder = loopback_.folder + "/" + at.variant + "-" + std::to_string(at.repetition);
  return run_loopback(scenario_, variant, workload, options, progress);
}

std::string ScenarioRunner::fault_at(Duration done) const {
  for (const Fault& fault : scenario_.timeline) {
    if (fault.at <= done && done < fault.end()) return fault.name;
  }
  return "";
}

}  // namespace pushpull
