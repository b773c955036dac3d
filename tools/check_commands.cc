#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/base/units.h"
#include "harness/scenario/schema.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/loaded_scenario.h"
#include "tools/paths.h"

namespace pushpull {
namespace {

const char* engine_name(const Scenario& scenario) {
  return scenario.engine == Engine::kVirtual ? "virtual" : "loopback";
}

std::string counted(size_t n, const char* noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

// With a digit or two: an estimate has no more.
std::string about(Duration wall) {
  if (wall > Duration::seconds(10)) {
    return format_duration(Duration::seconds(std::llround(wall.in_seconds())));
  }
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.2gs", wall.in_seconds());
  return text.data();
}

// "12 cells × 3 variants × 1 repetition, about 4s": how much is run.
std::string size_of(const std::vector<Cell>& cells) {
  const Scenario& first = cells.front().scenario;
  const auto plan = plan_runs(cells);
  const Duration wall = estimated_wall(plan, first.engine, available_cores());
  const auto repeated =
      std::ranges::count_if(plan, [](const PlannedRun& run) { return run.same_as.has_value(); });
  return counted(cells.size(), "cell") + " × " + counted(first.variants.size(), "variant") + " × " +
         counted(static_cast<size_t>(first.repetitions), "repetition") +
         (repeated > 0 ? " (" + std::to_string(repeated) + " equal to others)" : "") + ", about " +
         about(wall);
}

// What is legal and probably not meant.
std::vector<std::string> warnings_of(const LoadedScenario& loaded) {
  std::vector<std::string> warnings;
  const Scenario& s = loaded.first();
  for (const std::string& key : s.ignored_keys) {
    warnings.push_back(key + " changes nothing that is shipped and is ignored");
  }
  if (s.phases.measure < s.workload.scrape_interval * 20) {
    warnings.push_back(
        "phases.measure holds fewer than 20 scrapes of a target: figures are coarse");
  }
  return warnings;
}

int complain(const Error& error) {
  const std::string& message = error.message;
  std::fprintf(stderr, "%s%s", message.c_str(), message.ends_with('\n') ? "" : "\n");
  return kExitBadInput;
}

Status validate_one(const std::string& name, const Overrides& overrides) {
  const Result<LoadedScenario> loaded = load_named(name, overrides);
  if (!loaded) return loaded.error();
  std::printf("%s: ok (%s, %s)\n", loaded->path.c_str(), engine_name(loaded->first()),
              size_of(loaded->cells).c_str());
  const auto profiles =
      overrides.profile.empty() ? profile_names(loaded->text) : std::vector<std::string>();
  for (const std::string& profile : profiles) {
    Overrides chosen = overrides;
    chosen.profile = profile;
    const Result<LoadedScenario> with = load_named(name, chosen);
    if (!with) return with.error();
    std::printf("  profile %s: ok (%s)\n", profile.c_str(), size_of(with->cells).c_str());
  }
  for (const std::string& warning : warnings_of(*loaded)) {
    std::printf("  warning: %s\n", warning.c_str());
  }
  return {};
}

nlohmann::ordered_json cells_json(const std::vector<Cell>& cells) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const Cell& cell : cells) {
    nlohmann::ordered_json axes = nlohmann::ordered_json::object();
    for (const AxisValue& axis : cell.axes) axes[axis.path] = axis.text;
    out.push_back({{"cell", cell.id}, {"axes", axes}, {"scenario", expanded(cell.scenario)}});
  }
  return out;
}

}  // namespace

int validate_command(const ValidateOptions& options) {
  int code = kExitOk;
  for (const std::string& scenario : options.scenarios) {
    const Status status = validate_one(scenario, options.overrides);
    if (!status) code = complain(status.error());
  }
  return code;
}

int expand_command(const ExpandOptions& options) {
  const Result<LoadedScenario> loaded = load_named(options.scenario, options.overrides);
  if (!loaded) return complain(loaded.error());
  if (options.json) {
    std::printf("%s\n", cells_json(loaded->cells).dump(1).c_str());
    return kExitOk;
  }
  for (const Cell& cell : loaded->cells) {
    Duration wall;
    for (const auto& entry : cell.scenario.variants) {
      wall += estimate_run(cell.scenario, entry.second).wall;
    }
    std::printf("%s  (about %s)\n", cell.id.c_str(), about(wall).c_str());
    for (const AxisValue& axis : cell.axes) {
      std::printf("    %s: %s\n", axis.path.c_str(), axis.text.c_str());
    }
  }
  std::printf("%s, %s\n", engine_name(loaded->first()), size_of(loaded->cells).c_str());
  return kExitOk;
}

int schema_command() {
  std::printf("%s", scenario_schema_text().c_str());
  return kExitOk;
}

int list_command() {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(shipped_scenarios(), failed)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  if (failed) {
    std::fprintf(stderr, "cannot list %s: %s\n", shipped_scenarios().c_str(),
                 failed.message().c_str());
    return kExitRunFailed;
  }
  std::ranges::sort(files);
  int code = kExitOk;
  for (const auto& file : files) {
    const Result<std::string> text = read_file(file.string());
    if (!text) continue;
    const Result<Scenario> scenario = load_scenario(*text, file.string());
    if (!scenario) {
      code = complain(scenario.error());
      continue;
    }
    std::printf("%-18s %-9s %s\n", file.stem().c_str(), engine_name(*scenario),
                scenario->description.c_str());
  }
  return code;
}

}  // namespace pushpull
