// One scenario, all of its variants and repetitions, on the engine it names.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/run/loopback_world.h"
#include "harness/scenario/calibration.h"
#include "harness/scenario/scenario.h"

namespace pushpull {

// Where in a scenario a run is. For progress bars.
struct RunProgress {
  std::string variant;
  int64_t repetition = 0;
  int64_t run = 0;  // 0 … runs-1
  int64_t runs = 0;
  Duration done;  // of this run, in its engine's time
  Duration total;
  std::string fault;  // in force, or ""
};

struct ScenarioRun {
  nlohmann::ordered_json result;      // see result_json.h
  std::vector<std::string> failures;  // why the exit code is not 0: invalid runs, roles that died
  bool interrupted = false;
};

class ScenarioRunner {
 public:
  // Called often; false stops the run and keeps what was measured.
  using Progress = std::function<bool(const RunProgress&)>;

  // `calibration` is used by the virtual engine, `loopback` by the other. Scenario and calibration
  // are borrowed.
  ScenarioRunner(const Scenario& scenario, const Calibration& calibration, LoopbackOptions loopback,
                 Progress progress);

  // Error: the scenario cannot be run at all (a binary is missing, a workload does not fit
  // together).
  Result<ScenarioRun> run();

 private:
  Result<RunOutcome> run_one(const Variant& variant, const Workload& workload, RunProgress at);
  std::string fault_at(Duration done) const;

  const Scenario& scenario_;
  const Calibration& calibration_;
  const LoopbackOptions loopback_;
  Progress progress_;
};

}  // namespace pushpull
