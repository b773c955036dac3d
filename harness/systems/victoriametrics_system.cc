#include "harness/systems/victoriametrics_system.h"

#include "harness/systems/server_binary.h"

namespace pushpull {

Result<std::string> victoriametrics_version(const std::string& path) {
  const Result<std::string> said = ask_binary(path, "-version");
  if (!said) return said.error();
  if (const std::string unpacked = unpacked_version(path); !unpacked.empty()) return unpacked;
  constexpr std::string_view kLead = "tags-v";
  const size_t at = said->find(kLead);
  if (at == std::string::npos) return std::string("of unknown version");
  const size_t begin = at + kLead.size();
  return said->substr(begin, said->find_first_not_of("0123456789.", begin) - begin);
}

Result<std::unique_ptr<System>> VictoriaMetricsSystem::make(const std::string& binary) {
  const std::string path = find_server_binary(binary, "victoria-metrics", "victoria-metrics");
  Result<std::string> version = victoriametrics_version(path);
  if (!version) {
    return Error{"no VictoriaMetrics at '" + path + "': " + version.error().message +
                 " (tools/servers unpacks one; systems.victoriametrics_binary names another)"};
  }
  return std::unique_ptr<System>(new VictoriaMetricsSystem(path, std::move(*version)));
}

std::vector<std::string> VictoriaMetricsSystem::argv(const ServerLaunch& launch) const {
  // Deduplication is off and all 64 bits of precision are kept unless told otherwise. The default
  // retention is a month, which runs with a clock of their own could fall out of.
  std::vector<std::string> argv = {path_,
                                   "-httpListenAddr=127.0.0.1:" + std::to_string(launch.port),
                                   "-storageDataPath=" + launch.data, "-retentionPeriod=100y"};
  if (!launch.config.scrape_configs.empty())
    argv.push_back("-promscrape.config=" + launch.config_file);
  return argv;
}

std::vector<ServerFile> VictoriaMetricsSystem::files(const ServerLaunch& launch) const {
  if (launch.config.scrape_configs.empty()) return {};
  PrometheusConfig config = launch.config;
  config.global.external_labels.clear();
  return {{launch.config_file, to_promscrape_yaml(config)}};
}

}  // namespace pushpull
