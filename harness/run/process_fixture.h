// For tests that start real processes: a folder of their own, scenarios to play there, and the ends
// of all logs where a test fails.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/measure/journal.h"
#include "harness/run/loopback_world.h"
#include "harness/scenario/load.h"
#include "harness/systems/child_process.h"

namespace pushpull {

class ProcessTest : public testing::Test {
 protected:
  using Progress = std::function<bool(Duration done, Duration total)>;

  ProcessTest() {
    std::filesystem::create_directories(folder_);
    std::signal(SIGPIPE, SIG_IGN);  // as the CLI's runner does
  }
  ~ProcessTest() override {
    if (HasFailure()) show_logs();
    std::filesystem::remove_all(folder_);
  }

  // Plays `variant`, in run_folder().
  Result<RunOutcome> play(
      const Scenario& scenario, const std::string& variant,
      const Progress& progress = [](Duration, Duration) { return true; }) {
    run_folder_ = folder_ + "/" + std::to_string(++plays_);
    const auto it =
        std::ranges::find_if(scenario.variants, [&](const auto& v) { return v.first == variant; });
    Result<Workload> workload = Workload::make(scenario.workload_spec());
    if (!workload) return workload.error();
    return run_loopback(scenario, it->second, *workload, {run_folder_, PUSHPULL_BINARY}, progress);
  }
  const std::string& folder() const { return folder_; }
  const std::string& run_folder() const { return run_folder_; }

  // Entries of one kind in the journal of a role, so far.
  template <class Entry>
  std::vector<Entry> entries(const std::string& role) const {
    std::vector<Entry> found;
    const std::string path = run_folder_ + "/" + role + ".journal";
    if (!std::filesystem::exists(path)) return found;
    Result<JournalReader> reader = JournalReader::open(path);
    if (!reader) return found;
    while (const auto entry = reader->next()) {
      if (const auto* wanted = std::get_if<Entry>(&*entry)) found.push_back(*wanted);
    }
    return found;
  }

 private:
  void show_logs() const {
    constexpr size_t kShown = 3000;  // bytes of each
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder_)) {
      if (file.path().extension() != ".log") continue;
      std::ifstream log(file.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(log), {}};
      std::fprintf(stderr, "---- the end of %s\n%s\n", file.path().c_str(),
                   text.substr(text.size() - std::min(text.size(), kShown)).c_str());
    }
  }

  const std::string folder_ = testing::TempDir() + "pushpull_processes." + std::to_string(getpid());
  std::string run_folder_;
  int plays_ = 0;
};

// "prometheus-2.42" as a name of GoogleTest: prometheus_2_42.
inline std::string release_name(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::ranges::replace_if(
      name, [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}

// Processes started from this test whose command line mentions `text`.
inline std::vector<pid_t> pids_with(std::string_view text) {
  std::vector<pid_t> found;
  std::ifstream children("/proc/self/task/" + std::to_string(getpid()) + "/children");
  for (pid_t pid = 0; children >> pid;) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
    const std::string line{std::istreambuf_iterator<char>(file), {}};
    if (line.find(text) != std::string::npos) found.push_back(pid);
  }
  return found;
}

}  // namespace pushpull
