#include "harness/systems/server_binary.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace pushpull {
namespace {

std::string servers_folder() {
  const char* folder =
      std::getenv("PUSHPULL_SERVERS");  // NOLINT(concurrency-mt-unsafe): read before threads start
  return folder != nullptr ? folder : PUSHPULL_SERVERS_DIR;
}

std::string quoted(const std::string& path) {
  std::string text = "'";
  for (const char c : path) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string find_server_binary(const std::string& path, const std::string& package,
                               const std::string& program) {
  const std::string unpacked = servers_folder() + "/" + package + "/usr/bin/" + program;
  return path.find('/') == path.npos && std::filesystem::exists(unpacked) ? unpacked : path;
}

Result<std::string> ask_binary(const std::string& path, const std::string& argument) {
  FILE* pipe = popen((quoted(path) + " " + argument + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return Error{"it cannot be run"};
  std::string output;
  std::array<char, 512> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) output += buffer.data();
  if (pclose(pipe) != 0) return Error{"it fails: " + output.substr(0, 200)};
  return output;
}

std::string unpacked_version(const std::string& binary) {
  const std::filesystem::path bin = std::filesystem::path(binary).parent_path();
  std::ifstream file(bin.parent_path().parent_path() / "VERSION");
  std::string version;
  std::getline(file, version);
  return version;
}

}  // namespace pushpull
