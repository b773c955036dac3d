#include "harness/systems/vmagent_system.h"

#include <nlohmann/json.hpp>

#include "harness/base/check.h"
#include "harness/systems/server_binary.h"
#include "harness/systems/victoriametrics_system.h"
#include "harness/yaml/dumper.h"

namespace pushpull {
namespace {

constexpr const char* kPlainProtocol = "-remoteWrite.forcePromProto";
constexpr const char* kForcePlainProtocol = "-remoteWrite.forcePromProto=true";

// As Go's flags read it.
std::string go_duration(Duration d) { return std::to_string(d.ms()) + "ms"; }

std::string relabel_file(const ServerLaunch& launch) { return launch.config_file + ".relabel"; }

const RemoteWriteConfig& destination(const ServerLaunch& launch) {
  CHECK(launch.config.remote_write.size() == 1);
  return launch.config.remote_write.front();
}

}  // namespace

Result<std::unique_ptr<System>> VmagentSystem::make(const std::string& binary) {
  const std::string path = find_server_binary(binary, "victoria-metrics", "vmagent");
  Result<std::string> version = victoriametrics_version(path);
  if (!version) {
    return Error{"no vmagent at '" + path + "': " + version.error().message +
                 " (tools/servers unpacks one; systems.vmagent_binary names another)"};
  }
  const Result<std::string> help = ask_binary(path, "-help");
  const bool has_own_protocol = help && help->find(kPlainProtocol) != std::string::npos;
  return std::unique_ptr<System>(new VmagentSystem(path, std::move(*version), has_own_protocol));
}

std::vector<std::string> VmagentSystem::argv(const ServerLaunch& launch) const {
  const RemoteWriteConfig& write = destination(launch);
  const QueueConfig& queue = write.queue_config;
  std::vector<std::string> argv = {
      path_,
      "-httpListenAddr=127.0.0.1:" + std::to_string(launch.port),
      "-promscrape.config=" + launch.config_file,
      "-remoteWrite.url=" + write.url,
      "-remoteWrite.tmpDataPath=" + launch.data,
      "-remoteWrite.sendTimeout=" + go_duration(write.remote_timeout),
      "-remoteWrite.maxRowsPerBlock=" + std::to_string(queue.max_samples_per_send),
      "-remoteWrite.flushInterval=" + go_duration(queue.batch_send_deadline),
      "-remoteWrite.queues=" + std::to_string(queue.max_shards)};
  if (has_own_protocol_) argv.emplace_back(kForcePlainProtocol);
  if (!write.write_relabel_configs.empty())
    argv.push_back("-remoteWrite.urlRelabelConfig=" + relabel_file(launch));
  return argv;
}

std::vector<ServerFile> VmagentSystem::files(const ServerLaunch& launch) const {
  std::vector<ServerFile> files = {{launch.config_file, to_promscrape_yaml(launch.config)}};
  const RemoteWriteConfig& write = destination(launch);
  if (write.write_relabel_configs.empty()) return files;
  nlohmann::ordered_json rules = nlohmann::ordered_json::array();
  for (const RelabelConfig& rule : write.write_relabel_configs)
    yaml::dump(rule, rules.emplace_back(nlohmann::ordered_json::object()));
  files.push_back({relabel_file(launch), rules.dump(2) + "\n"});  // JSON is YAML
  return files;
}

}  // namespace pushpull
