#include <cstdio>
#include <nlohmann/json.hpp>

#include "harness/prometheus/config.h"
#include "harness/prometheus/targets.h"
#include "harness/roles/machine_name.h"
#include "harness/scrape/schedule.h"
#include "harness/scrape/scrape_loop.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/paths.h"

namespace pushpull {
namespace {

int fail(const std::string& message) {
  std::fprintf(stderr, "%s%s", message.c_str(), message.ends_with('\n') ? "" : "\n");
  return kExitBadInput;
}

}  // namespace

int targets_command(const TargetsOptions& options) {
  const Result<Workload> workload = Workload::make(options.workload);
  if (!workload) return fail(workload.error().message);
  if (options.leaf >= workload->leaves()) return fail("--leaf must be below --leaves");
  nlohmann::ordered_json groups = nlohmann::ordered_json::array();
  for (const Target& target : workload->targets_of(options.leaf)) {
    nlohmann::ordered_json labels = {{"__metrics_path__", target.path()}};
    for (const Label& label : target.target_labels()) labels[label.name] = label.value;
    groups.push_back({{"targets", {options.address}}, {"labels", std::move(labels)}});
  }
  std::printf("%s\n", groups.dump(1).c_str());
  return kExitOk;
}

int phases_command(const PhasesOptions& options) {
  const Result<ReleaseProfile> release = release_profile(options.behaves_like);
  if (!release) return fail("--behaves-like: " + release.error().message);
  Result<std::string> text = read_file(options.config_file);
  if (!text) return fail(text.error().message);
  const Result<LoadedConfig> loaded = load_config(std::move(*text), options.config_file, *release);
  if (!loaded) return fail(loaded.error().message);
  const std::string host = options.host_name.empty() ? machine_name() : options.host_name;
  const uint64_t seed = scrape_seed(host, to_labels(loaded->config.global.external_labels));
  const LabelBytes layout = label_bytes(*release);
  for (const ScrapeTarget& target : scrape_targets(loaded->config)) {
    std::printf(
        "%lld %lld %s\n",
        static_cast<long long>(scrape_offset(target, seed, layout).ns()),  // NOLINT: printf's type
        static_cast<long long>(target.interval.ns()),                      // NOLINT: so too
        url_of(target).c_str());
  }
  return kExitOk;
}

}  // namespace pushpull
