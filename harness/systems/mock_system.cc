#include "harness/systems/mock_system.h"

#include <array>
#include <cstdio>

#include "harness/base/units.h"

namespace pushpull {

Result<std::unique_ptr<System>> MockSystem::make(const std::string& behaves_like,
                                                 const std::string& pushpull) {
  Result<ReleaseProfile> profile = release_profile(behaves_like);
  if (!profile) return profile.error();
  return std::unique_ptr<System>(new MockSystem(behaves_like, std::move(*profile), pushpull));
}

std::vector<std::string> MockSystem::argv(const ServerLaunch& launch) const {
  std::vector<std::string> argv = {pushpull_,
                                   "prometheus",
                                   "--config.file=" + launch.config_file,
                                   "--web.listen-address=127.0.0.1:" + std::to_string(launch.port),
                                   "--storage.tsdb.path=" + launch.data,
                                   "--behaves-like=" + behaves_like_,
                                   "--host-name=" + launch.name,
                                   "--discovery-delay=0s",  // runs begin at once
                                   "--control",
                                   "--journal=" + launch.journal,
                                   "--max-delay=" + format_duration(launch.max_delay),
                                   "--wal-retention=" + format_duration(launch.wal_retention),
                                   "--anchor=" + std::to_string(launch.anchor.ns())};
  if (launch.acknowledged) argv.emplace_back("--journal-acknowledged");
  if (launch.receiver) argv.emplace_back("--web.enable-remote-write-receiver");
  if (launch.value_error > 0) {
    std::array<char, 32> error{};
    std::snprintf(error.data(), error.size(), "%g", launch.value_error);
    argv.push_back("--value-error=" + std::string(error.data()));
  }
  for (const std::string& path : launch.answers) argv.push_back("--answers=" + path);
  for (const ServerFile& file : launch.leaf_configs) argv.push_back("--leaf-config=" + file.path);
  if (launch.workload) {
    for (std::string& flag : workload_flags(*launch.workload)) argv.push_back(std::move(flag));
  }
  return argv;
}

std::vector<ServerFile> MockSystem::files(const ServerLaunch& launch) const {
  std::vector<ServerFile> files = System::files(launch);
  files.insert(files.end(), launch.leaf_configs.begin(), launch.leaf_configs.end());
  return files;
}

std::vector<std::string> workload_flags(const WorkloadSpec& workload) {
  std::vector<std::string> flags = {"--leaves=" + std::to_string(workload.leaves),
                                    "--targets=" + std::to_string(workload.targets),
                                    "--series=" + std::to_string(workload.series),
                                    "--seed=" + std::to_string(workload.seed),
                                    "--labels=" + workload.labels};
  if (workload.churn.any()) {
    flags.push_back("--churn-per-million=" + std::to_string(workload.churn.per_million));
    flags.push_back("--churn-scrapes=" + std::to_string(workload.churn.scrapes));
  }
  return flags;
}

}  // namespace pushpull
