#include "harness/systems/prometheus_system.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace pushpull {
namespace {

std::string servers_folder() {
  const char* folder =
      std::getenv("PUSHPULL_SERVERS");  // NOLINT(concurrency-mt-unsafe): read before threads start
  return folder != nullptr ? folder : PUSHPULL_SERVERS_DIR;
}

std::string find_binary(const std::string& binary) {
  const std::string name = binary == "prometheus" ? "prometheus-3.5" : binary;
  const std::string unpacked = servers_folder() + "/" + name + "/usr/bin/prometheus";
  return std::filesystem::exists(unpacked) ? unpacked : binary;
}

// stdout and stderr of `path --version`: 2.x prints to stderr, 3.x to stdout.
std::string ask_version(const std::string& path) {
  std::string quoted = "'";
  for (const char c : path) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  FILE* pipe = popen((quoted + "' --version 2>&1").c_str(), "r");
  if (pipe == nullptr) return "";
  std::string output;
  std::array<char, 512> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) output += buffer.data();
  pclose(pipe);
  return output;
}

}  // namespace

Result<std::string> prometheus_version(const std::string& output) {
  const std::string_view lead = "prometheus, version ";
  const size_t at = output.find(lead);
  if (at == std::string::npos)
    return Error{"it does not call itself prometheus: " + output.substr(0, 200)};
  const size_t begin = at + lead.size();
  return output.substr(begin, output.find_first_of(" \n", begin) - begin);
}

Result<std::unique_ptr<System>> PrometheusSystem::make(const std::string& binary) {
  const std::string path = find_binary(binary);
  const Result<std::string> version = prometheus_version(ask_version(path));
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
