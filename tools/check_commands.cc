#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "harness/base/units.h"
#include "harness/scenario/calibration.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/paths.h"

namespace pushpull {
namespace {

// What the check proved, in one line.
std::string summary(const Scenario& scenario) {
  const auto& phases = scenario.phases;
  return std::string(scenario.engine == Engine::kVirtual ? "virtual" : "loopback") + ", " +
         std::to_string(scenario.variants.size()) + " variants × " +
         std::to_string(scenario.repetitions) + " repetitions of " +
         format_duration(phases.warmup + phases.measure + phases.drain) + ", " +
         format_count(scenario.workload.series * scenario.workload.leaves) + " series";
}

Status validate_one(const std::string& name, const Overrides& overrides) {
  const Result<std::string> path = find_scenario(name);
  if (!path) return path.error();
  const Result<std::string> text = read_file(*path);
  if (!text) return text.error();
  const Result<Scenario> scenario = load_scenario(*text, *path, overrides);
  if (!scenario) return scenario.error();
  if (scenario->engine == Engine::kVirtual) {
    const Result<Calibration> calibration =
        find_calibration(scenario->calibration, *path, shipped_scenarios());
    if (!calibration) return calibration.error();
  }
  std::printf("%s: ok (%s)\n", path->c_str(), summary(*scenario).c_str());
  return {};
}

}  // namespace

int validate_command(const ValidateOptions& options) {
  int code = kExitOk;
  for (const std::string& scenario : options.scenarios) {
    const Status status = validate_one(scenario, options.overrides);
    if (status) continue;
    std::fprintf(stderr, "%s%s", status.error().message.c_str(),
                 status.error().message.ends_with('\n') ? "" : "\n");
    code = kExitBadInput;
  }
  return code;
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
      std::fprintf(stderr, "%s", scenario.error().message.c_str());
      code = kExitBadInput;
      continue;
    }
    std::printf("%-18s %-9s %s\n", file.stem().c_str(),
                scenario->engine == Engine::kVirtual ? "virtual" : "loopback",
                scenario->description.c_str());
  }
  return code;
}

}  // namespace pushpull
