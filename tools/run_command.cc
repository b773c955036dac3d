#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/run/result_text.h"
#include "harness/run/run_scenario.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/loaded_scenario.h"
#include "tools/paths.h"
#include "tools/progress.h"

namespace pushpull {
namespace {

using Json = nlohmann::ordered_json;

// The only thing a signal handler may touch.
volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) { interrupted = 1; }

// `format` is strftime's.
std::string utc(const char* format) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::ostringstream text;
  text << std::put_time(&parts, format);
  return std::move(text).str();
}

// What a reader must know about the machine before comparing with another.
Json host_fingerprint() {
  utsname system{};
  uname(&system);
  std::string cpu;
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; cpu.empty() && std::getline(cpuinfo, line);) {
    if (line.starts_with("model name")) cpu = line.substr(line.find(':') + 2);
  }
  return {{"cores", sysconf(_SC_NPROCESSORS_ONLN)},
          {"cpu", cpu},
          {"memory_bytes", physical_memory()},
          {"kernel", system.release}};
}

Json envelope(const RunOptions& options, const LoadedScenario& loaded) {
  return {{"schema_version", 2},
          {"tool", {{"name", "pushpull"}, {"version", PUSHPULL_VERSION}}},
          {"host", host_fingerprint()},
          {"started", utc("%FT%TZ")},
          {"wall_seconds", nullptr},
          {"command", options.command},
          {"scenario",
           {{"path", loaded.path},
            {"hash", scenario_hash(loaded.text)},
            {"text", loaded.text},
            {"expanded", expanded(loaded.first())}}},
          {"exit", nullptr},
          {"interrupted", false},
          {"result", nullptr}};
}

RunnerOptions runner_options(const RunOptions& options, const std::string& out) {
  RunnerOptions runner;
  runner.loopback = {out + "/runs", own_path()};
  runner.jobs = options.jobs > 0 ? options.jobs : available_cores();
  runner.memory_budget = physical_memory() / 2;
  return runner;
}

int exit_code_of(const ScenarioRun& run) {
  if (run.interrupted && interrupted != 0) return kExitInterrupted;
  return run.failures.empty() ? kExitOk : kExitRunFailed;
}

int fail(int code, const std::string& message) {
  std::fprintf(stderr, "%s%s", message.c_str(), message.ends_with('\n') ? "" : "\n");
  return code;
}

// Prints what the user asked for, once everything is written.
void print_result(const RunOptions& options, const std::string& out, const Json& result) {
  if (options.json) {
    std::printf("%s\n", result.dump().c_str());
  } else if (options.quiet) {
    std::printf("%s/result.json\n", out.c_str());
  } else if (const Result<std::string> summary = read_file(out + "/summary.md")) {
    std::printf("%s\n", summary->c_str());
    std::printf("report: %s/report.html\n", out.c_str());
  } else {
    std::printf("result: %s/result.json\n", out.c_str());
  }
}

}  // namespace

int run_command(const RunOptions& options) {
  Result<LoadedScenario> loaded = load_named(options.scenario, options.overrides);
  if (!loaded) return fail(kExitBadInput, loaded.error().message);
  const Status kept = keep_only(options.cells, options.variants, *loaded);
  if (!kept) return fail(kExitBadInput, kept.error().message);
  const Scenario& scenario = loaded->first();
  for (const std::string& key : scenario.ignored_keys) {
    std::fprintf(stderr, "note: %s changes nothing that is shipped and is ignored\n", key.c_str());
  }
  const std::string out =
      options.out.empty() ? "results/" + scenario.name + "/" + utc("%Y%m%dT%H%M%SZ") : options.out;
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  std::signal(SIGPIPE, SIG_IGN);  // a role that takes commands may be gone

  Json document = envelope(options, *loaded);
  const auto started = std::chrono::steady_clock::now();
  ProgressBar bar(scenario.engine == Engine::kVirtual, options.quiet || options.json);
  ScenarioRunner runner(loaded->cells, loaded->calibrations, runner_options(options, out),
                        [&bar](const RunProgress& at) {
                          bar.show(at);
                          return interrupted == 0;
                        });
  Result<ScenarioRun> run = runner.run();
  if (!run) return fail(kExitRunFailed, "run failed: " + run.error().message);

  const int code = exit_code_of(*run);
  document["wall_seconds"] =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  document["exit"] = {{"code", code}, {"reasons", run->failures}};
  document["interrupted"] = run->interrupted;
  document["result"] = std::move(run->result);
  const Status written = write_file(out + "/result.json", result_text(document));
  if (!written) return fail(kExitRunFailed, written.error().message);
  if (options.report) report_command({out + "/result.json", out});
  print_result(options, out, document);
  for (const std::string& why : run->failures) std::fprintf(stderr, "error: %s\n", why.c_str());
  if (code != kExitOk) {
    std::fprintf(stderr, "exit %d: %s\n", code,
                 code == kExitInterrupted ? "interrupted" : "the run is not valid");
  }
  return code;
}

}  // namespace pushpull
