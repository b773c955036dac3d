#include "tools/paths.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace pushpull {

std::string root_folder() {
  const char* root =
      std::getenv("PUSHPULL_ROOT");  // NOLINT(concurrency-mt-unsafe): read before any thread starts
  return root != nullptr ? root : PUSHPULL_SOURCE_DIR;
}

std::string shipped_scenarios() { return root_folder() + "/scenarios"; }

Result<std::string> find_scenario(const std::string& name) {
  if (std::filesystem::is_regular_file(name)) return name;
  const std::string shipped = shipped_scenarios() + "/" + name + ".yaml";
  if (name.find('/') == std::string::npos && std::filesystem::is_regular_file(shipped))
    return shipped;
  return Error{"no scenario file '" + name + "' (pushpull list shows the shipped ones)"};
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{"cannot read " + path + ": " + std::strerror(errno)};
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

Status write_file(const std::string& path, const std::string& content) {
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.flush()) return Error{"cannot write " + path + ": " + std::strerror(errno)};
  return {};
}

std::string own_path() {
  std::error_code failed;
  return std::filesystem::read_symlink("/proc/self/exe", failed).string();
}

}  // namespace pushpull
