// One scenario: all of its cells, variants and repetitions, on the engine it names.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/run/loopback_world.h"
#include "harness/run/parallel.h"
#include "harness/run/run_plan.h"
#include "harness/run/virtual_world.h"
#include "harness/scenario/calibration.h"
#include "harness/scenario/load.h"

namespace pushpull {

// Where in a scenario a run is. For progress bars.
struct RunProgress {
  std::string cell;  // "default" where there is no matrix
  std::string variant;
  int64_t repetition = 0;
  size_t run = 0;  // tells runs apart
  Duration done;   // of this run, in its engine's time
  Duration total;
  std::string fault;   // in force, or ""
  bool ended = false;  // this run is over

  int64_t finished = 0;  // runs of the scenario that are over
  int64_t runs = 0;
  Duration all_done;  // of all runs so far, in their engine's time
  double share = 0;   // 0 … 1 of the whole scenario, by estimated time
};

struct ScenarioRun {
  nlohmann::ordered_json result;      // see result_json.h
  std::vector<std::string> failures;  // why the exit code is not 0: invalid runs, roles that died
  bool interrupted = false;
};

struct RunnerOptions {
  LoopbackOptions loopback;
  // Virtual runs at once; loopback runs are one after another.
  int jobs = 1;
  int64_t memory_budget = int64_t{1} << 62;  // of virtual runs at once, in bytes
};

// Calibrations by name: of every cell's scenario, where they run in virtual time.
using Calibrations = std::map<std::string, Calibration>;

class ScenarioRunner {
 public:
  // Called often, by one thread at a time; false stops and keeps what was measured.
  using Progress = std::function<bool(const RunProgress&)>;

  // Cells and calibrations are borrowed; there is at least one cell.
  ScenarioRunner(const std::vector<Cell>& cells, const Calibrations& calibrations,
                 RunnerOptions options, Progress progress);

  // The result of virtual runs does not depend on the number of jobs. Once only.
  // Error: nothing can be run (a binary is missing, a workload does not fit together).
  Result<ScenarioRun> run();

 private:
  // What is left of a run once it is over.
  struct Finished {
    nlohmann::ordered_json json;
    std::vector<std::string> invalid;
    bool interrupted = false;
  };

  void run_virtual();
  void run_loopback_in_turn();
  Result<RunOutcome> execute(size_t index, const VirtualWorld::Progress& progress) const;
  // False where the run could not start or ended early.
  bool finish(size_t index);
  bool tell(size_t index, Duration done, Duration total, bool ended);
  std::string name_of(size_t index) const;
  std::string folder_of(size_t index) const;
  const Scenario& scenario_of(size_t index) const { return cells_[plan_[index].cell].scenario; }
  Result<ScenarioRun> collect();

  const std::vector<Cell>& cells_;
  const Calibrations& calibrations_;
  const RunnerOptions options_;
  const Progress progress_;
  const std::vector<PlannedRun> plan_;

  std::atomic<bool> stopped_ = false;
  // Each is touched by the thread of its run only.
  std::vector<std::optional<Result<Finished>>> finished_;

  Exclusive exclusive_;  // guards what follows, and the callback
  std::vector<Duration> done_;
  Duration all_done_;
  double done_weight_ = 0;
  double total_weight_ = 0;
  int64_t finished_runs_ = 0;
  int64_t runs_ = 0;
};

}  // namespace pushpull
