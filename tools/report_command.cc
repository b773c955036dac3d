#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/paths.h"

namespace pushpull {
namespace {

// Debian's own interpreter: another python3 in PATH may lack matplotlib.
constexpr const char* kPython = "/usr/bin/python3";

int run_python(const std::string& result, const std::string& out) {
  const pid_t pid = fork();
  if (pid < 0) return -1;
  if (pid == 0) {
    setenv("PYTHONPATH", root_folder().c_str(),
           1);  // NOLINT(concurrency-mt-unsafe): the child has one thread
    // Nothing of the report belongs on stdout, which is the result's.
    dup2(STDERR_FILENO, STDOUT_FILENO);
    // -P: a folder `reports` where the user stands is not ours.
    execl(kPython, kPython, "-P", "-m", "reports", "render", result.c_str(), "--out", out.c_str(),
          nullptr);
    std::perror(kPython);
    _exit(127);
  }
  int status = 0;
  if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

}  // namespace

int report_command(const ReportOptions& options) {
  std::string result = options.result;
  if (std::filesystem::is_directory(result)) result += "/result.json";
  if (!std::filesystem::exists(result)) {
    std::fprintf(stderr, "no such result: %s\n", result.c_str());
    return kExitBadInput;
  }
  std::string out = options.out;
  if (out.empty()) out = std::filesystem::absolute(result).parent_path().string();
  const int code = run_python(result, out);
  if (code == 0) return kExitOk;
  std::fprintf(
      stderr,
      "the report was not rendered (exit %d); result.json is complete. Reports need Debian's "
      "python3-matplotlib and python3-jinja2; then: pushpull report %s\n",
      code, result.c_str());
  return code == kExitBadInput ? kExitBadInput : kExitRunFailed;
}

}  // namespace pushpull
