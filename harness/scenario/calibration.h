// What byte work costs: CPU time charged in virtual runs. Figures that depend on it are
// `simulated`: deterministic, comparable with each other, never quoted as real.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/net_sim/sim_host.h"
#include "harness/yaml/fields.h"

namespace pushpull {

// CPU time of one request and, on top, of each sample in it.
struct WorkCost {
  Duration per_request;
  Duration per_sample;
};

struct Calibration {
  std::string name;
  std::string source;  // where the figures come from
  int64_t cores = 1;   // worker slots of each host
  WorkCost leaf_scrape;
  WorkCost write_encode;
  WorkCost write_receive;
  WorkCost federate_serve;
  WorkCost federate_parse;

  CostModel cost_model() const;
};

void bind(yaml::Fields& fields, WorkCost& cost);
void bind(yaml::Fields& fields, Calibration& calibration);

// The error holds every mistake, each with file:line:col.
Result<Calibration> load_calibration(std::string text, std::string file_name);

// `name` as a scenario gives it: a path (has a slash or ends in .yaml) relative to the scenario's
// folder, or a file of the calibration folder beside the scenario or, failing that, of
// `shipped_scenarios`.
Result<Calibration> find_calibration(const std::string& name, const std::string& scenario_file,
                                     const std::string& shipped_scenarios);

}  // namespace pushpull
