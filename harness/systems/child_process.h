// A process that a run has started and must not leave behind. It dies with the runner, whatever
// ends the runner.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/net_http/file_descriptor.h"

namespace pushpull {

struct LaunchSpec {
  std::string name;               // leaf-0: what errors call it
  std::vector<std::string> argv;  // argv[0] is a path, or a name to look up in PATH
  std::string log;                // file for stdout and stderr
};

// Not thread-safe.
class ChildProcess {
 public:
  // Error: the program cannot be found or started, the log cannot be written.
  static Result<std::unique_ptr<ChildProcess>> start(const LaunchSpec& spec);
  // Kills it if it still runs, and waits for its end.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  const std::string& name() const { return name_; }
  pid_t pid() const { return pid_; }

  // Whether it still runs. Once false, exit_text() says how it ended.
  bool running();
  // Sleeps until it has ended, or `limit` has passed; true if it has ended.
  bool await_end(Duration limit);
  // "exited with 2", "was killed by signal 9".
  std::string exit_text() const;
  std::optional<int> exit_code() const;  // nothing while it runs, or after a signal

  // Writes a line to its stdin. Harmless if it is gone.
  void command(std::string_view line);
  void terminate();  // SIGTERM
  void pause();      // SIGSTOP
  void resume();     // SIGCONT
  void kill();       // SIGKILL

  // The end of its log.
  std::string last_log_lines(size_t lines) const;
  // Its whole log so far.
  std::string log_text() const;

 private:
  ChildProcess(const LaunchSpec& spec, pid_t pid, FileDescriptor input);

  std::string name_;
  std::string log_;
  pid_t pid_;
  FileDescriptor input_;
  std::optional<int> status_;  // of waitpid
};

// TCP ports of 127.0.0.1 that are free now, all different. Another process may take one before it
// is used: that start then fails and says so.
Result<std::vector<uint16_t>> free_ports(size_t count);

}  // namespace pushpull
