#include "harness/run/run_scenario.h"

#include <utility>

#include "harness/run/result_json.h"

namespace pushpull {
namespace {

// `done` counts from the start of the warm-up.
std::string fault_at(const Scenario& scenario, Duration done) {
  const Duration at = done - scenario.phases.warmup;
  for (const Fault& fault : scenario.timeline) {
    if (fault.at <= at && at < fault.end()) return fault.name;
  }
  return "";
}

RunIdentity identity_of(const Cell& cell, const PlannedRun& run, const RunOutcome& outcome) {
  const auto& [name, variant] = cell.scenario.variants[run.variant];
  RunIdentity identity{cell.id,        cell.axes, name, variant.remote_write.has_value(),
                       run.repetition, "",        ""};
  for (const RoleUsage& usage : outcome.roles) {
    if (usage.role == "leaf-0") identity.leaf_system = usage.system;
    if (usage.role == "central") identity.central_system = usage.system;
  }
  const Systems& systems = cell.scenario.systems;
  if (systems.central == SystemKind::kUrl) identity.central_system = systems.receiver.url;
  return identity;
}

}  // namespace

ScenarioRunner::ScenarioRunner(const std::vector<Cell>& cells, const Calibrations& calibrations,
                               RunnerOptions options, Progress progress)
    : cells_(cells),
      calibrations_(calibrations),
      options_(std::move(options)),
      progress_(std::move(progress)),
      plan_(plan_runs(cells)),
      finished_(plan_.size()),
      done_(plan_.size()) {
  for (const PlannedRun& run : plan_) {
    if (run.same_as) continue;
    total_weight_ += run.estimate.wall.in_seconds();
    ++runs_;
  }
}

Result<ScenarioRun> ScenarioRunner::run() {
  if (cells_.front().scenario.engine == Engine::kVirtual) {
    run_virtual();
  } else {
    run_loopback_in_turn();
  }
  return collect();
}

void ScenarioRunner::run_virtual() {
  std::vector<size_t> runs;
  std::vector<int64_t> memory;
  for (size_t i = 0; i < plan_.size(); ++i) {
    if (plan_[i].same_as) continue;
    runs.push_back(i);
    memory.push_back(plan_[i].estimate.memory_bytes);
  }
  run_jobs(memory, options_.jobs, options_.memory_budget, [&](size_t job) { finish(runs[job]); });
}

void ScenarioRunner::run_loopback_in_turn() {
  for (size_t i = 0; i < plan_.size() && finish(i); ++i) {
  }
}

bool ScenarioRunner::finish(size_t index) {
  if (stopped_) return false;
  Duration done;
  Duration total;
  const Result<RunOutcome> outcome = execute(index, [&](Duration now, Duration end) {
    done = now;
    total = end;
    return tell(index, now, end, false);
  });
  const PlannedRun& run = plan_[index];
  const Cell& cell = cells_[run.cell];
  if (!outcome) {
    finished_[index] = outcome.error();
    return false;
  }
  finished_[index] = Finished{run_json(identity_of(cell, run, *outcome), cell.scenario, *outcome),
                              outcome->invalid, outcome->interrupted};
  if (!outcome->interrupted) tell(index, total, total, true);
  return !outcome->interrupted;
}

Result<RunOutcome> ScenarioRunner::execute(size_t index,
                                           const VirtualWorld::Progress& progress) const {
  const Scenario& scenario = scenario_of(index);
  const Variant& variant = scenario.variants[plan_[index].variant].second;
  const Result<Workload> workload = Workload::make(scenario.workload_spec());
  if (!workload) return workload.error();
  if (scenario.engine == Engine::kVirtual) {
    VirtualWorld world(scenario, variant, *workload, calibrations_.at(scenario.calibration));
    return world.run(progress);
  }
  LoopbackOptions options = options_.loopback;
  options.folder += "/" + folder_of(index);
  return run_loopback(scenario, variant, *workload, options, progress);
}

bool ScenarioRunner::tell(size_t index, Duration done, Duration total, bool ended) {
  const PlannedRun& run = plan_[index];
  const Scenario& scenario = scenario_of(index);
  RunProgress at;
  at.cell = cells_[run.cell].id;
  at.variant = scenario.variants[run.variant].first;
  at.repetition = run.repetition;
  at.run = index;
  at.runs = runs_;
  at.done = done;
  at.total = total;
  at.fault = fault_at(scenario, done);
  at.ended = ended;
  exclusive_([&] {
    const Duration step = done - done_[index];
    done_[index] = done;
    all_done_ += step;
    done_weight_ += step.in_seconds() / total.in_seconds() * run.estimate.wall.in_seconds();
    if (ended) ++finished_runs_;
    at.all_done = all_done_;
    at.finished = finished_runs_;
    at.share = done_weight_ / total_weight_;
    if (!progress_(at)) stopped_ = true;
  });
  return !stopped_;
}

std::string ScenarioRunner::name_of(size_t index) const {
  const PlannedRun& run = plan_[index];
  const std::string& variant = scenario_of(index).variants[run.variant].first;
  return cells_.size() == 1 ? variant : cells_[run.cell].id + ": " + variant;
}

// Ids of cells may hold what a file system does not take.
std::string ScenarioRunner::folder_of(size_t index) const {
  const PlannedRun& run = plan_[index];
  const std::string cell = cells_.size() == 1 ? "" : "cell-" + std::to_string(run.cell) + "/";
  return cell + scenario_of(index).variants[run.variant].first + "-" +
         std::to_string(run.repetition);
}

Result<ScenarioRun> ScenarioRunner::collect() {
  ScenarioRun all;
  all.interrupted = stopped_;
  nlohmann::ordered_json runs = nlohmann::ordered_json::array();
  std::optional<Error> first_error;
  for (size_t i = 0; i < plan_.size(); ++i) {
    const std::optional<Result<Finished>>& finished = finished_[plan_[i].same_as.value_or(i)];
    if (!finished) continue;
    if (!*finished) {
      // What other runs have measured is worth keeping.
      if (!first_error) first_error = finished->error();
      all.failures.push_back(name_of(i) + ": " + finished->error().message);
      all.interrupted = true;
      continue;
    }
    runs.push_back((*finished)->json);
    if (plan_[i].same_as)
      set_cell(runs.back(), cells_[plan_[i].cell].id, cells_[plan_[i].cell].axes);
    for (const std::string& why : (*finished)->invalid) {
      all.failures.push_back(name_of(i) + ": " + why);
    }
    all.interrupted |= (*finished)->interrupted;
  }
  if (runs.empty() && first_error) return *first_error;
  all.result = result_json(cells_.front().scenario, std::move(runs));
  return all;
}

}  // namespace pushpull
