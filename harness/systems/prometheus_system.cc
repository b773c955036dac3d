#include "harness/systems/prometheus_system.h"

#include "harness/systems/server_binary.h"

namespace pushpull {

Result<std::string> prometheus_version(const std::string& output) {
  const std::string_view lead = "prometheus, version ";
  const size_t at = output.find(lead);
  if (at == std::string::npos)
    return Error{"it does not call itself prometheus: " + output.substr(0, 200)};
  const size_t begin = at + lead.size();
  return output.substr(begin, output.find_first_of(" \n", begin) - begin);
}

Result<std::unique_ptr<System>> PrometheusSystem::make(const std::string& binary) {
  const std::string package = binary == "prometheus" ? "prometheus-3.5" : binary;
  const std::string path = find_server_binary(binary, package, "prometheus");
  // 2.x says it on stderr, 3.x on stdout.
  const Result<std::string> said = ask_binary(path, "--version");
  const Result<std::string> version = said ? prometheus_version(*said) : said;
  if (!version) {
    return Error{"no real Prometheus at '" + path + "': " + version.error().message +
                 " (tools/servers unpacks some; systems.prometheus_binary names another)"};
  }
  Result<ReleaseProfile> profile = release_profile(*version);
  if (!profile) return Error{path + ": " + profile.error().message};
  return std::unique_ptr<System>(new PrometheusSystem(path, std::move(*profile)));
}

std::vector<std::string> PrometheusSystem::argv(const ServerLaunch& launch) const {
  std::vector<std::string> argv = {path_,
                                   "--config.file=" + launch.config_file,
                                   "--web.listen-address=127.0.0.1:" + std::to_string(launch.port),
                                   "--storage.tsdb.path=" + launch.data,
                                   "--storage.remote.flush-deadline=5s",
                                   "--log.level=info"};
  if (launch.receiver) argv.emplace_back("--web.enable-remote-write-receiver");
  return argv;
}

}  // namespace pushpull
