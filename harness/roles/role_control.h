// What ends or steers a role from outside: signals, and commands on stdin from the runner that
// started it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "harness/base/result.h"
#include "harness/loop/real_loop.h"
#include "harness/net_http/file_descriptor.h"

namespace pushpull {

// Call before the role starts any thread: from then on SIGINT and SIGTERM reach RoleControl only,
// and a broken pipe is an error code instead of a signal.
void block_signals();

// A thread that waits; the callbacks run on the loop thread.
class RoleControl {
 public:
  // `on_stop`: SIGINT or SIGTERM, or, where commands are read, the end of stdin: the runner is
  // gone, and no orphan shall stay. `on_command` gets each line of stdin; null: stdin is left
  // alone. `loop` is borrowed. Requires: block_signals().
  RoleControl(RealLoop& loop, std::function<void()> on_stop,
              std::function<void(const std::string&)> on_command);
  ~RoleControl();
  RoleControl(const RoleControl&) = delete;
  RoleControl& operator=(const RoleControl&) = delete;

 private:
  void wait();
  bool read_commands();
  void post_stop();

  RealLoop& loop_;
  std::shared_ptr<std::function<void()>> on_stop_;
  std::shared_ptr<std::function<void(const std::string&)>> on_command_;  // null: no stdin
  FileDescriptor signals_;
  FileDescriptor wake_;
  std::string line_;
  std::thread thread_;
};

}  // namespace pushpull
