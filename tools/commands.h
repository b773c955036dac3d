// The commands of the CLI, without its parser: main.cc turns arguments into these structs. Each
// returns an exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/scenario/load.h"
#include "harness/workload/workload.h"

namespace pushpull {

struct RunOptions {
  std::string scenario;  // path, or the name of a shipped one
  Overrides overrides;
  std::vector<std::string> cells;     // "axis=value": only cells that agree with all of them
  std::vector<std::string> variants;  // only these, if not empty
  int jobs = 0;                       // virtual runs at once; 0 for one per core
  std::string out;                    // folder; default results/<name>/<UTC time>
  bool json = false;                  // result.json on stdout instead of the summary
  bool quiet = false;                 // only the result's path on stdout
  bool report = true;                 // render summary.md and report.html
  std::string command;                // as typed, for the result
};
int run_command(const RunOptions& options);

struct ValidateOptions {
  std::vector<std::string> scenarios;
  Overrides overrides;
};
int validate_command(const ValidateOptions& options);

struct ExpandOptions {
  std::string scenario;
  Overrides overrides;
  bool json = false;  // the scenario of each cell, every default explicit
};
int expand_command(const ExpandOptions& options);

// JSON Schema of scenario files, on stdout.
int schema_command();

// Shipped scenarios: name, engine, description.
int list_command();

// Journals of roles, a JSON object per entry and line, on stdout.
int journal_command(const std::vector<std::string>& journals);

struct TargetsOptions {
  WorkloadSpec workload;
  uint32_t leaf = 0;
  std::string address = "127.0.0.1:9100";  // of the role that serves them
};
// The targets of a leaf in the format of file_sd_configs, for any Prometheus to scrape; on stdout.
int targets_command(const TargetsOptions& options);

struct PhasesOptions {
  std::string config_file = "prometheus.yml";
  std::string behaves_like = "3.5";
  std::string host_name;  // machine_name() if empty
};
// When a Prometheus on this machine scrapes each target of its configuration; a line each, on
// stdout: place in the interval and interval in nanoseconds, URL.
int phases_command(const PhasesOptions& options);

struct ReportOptions {
  std::string result;  // a result.json or the folder that holds it
  std::string out;     // default: beside it
};
int report_command(const ReportOptions& options);

}  // namespace pushpull
