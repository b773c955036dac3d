// For tests: a role as a process of its own, forked from the test; and requests to it.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "harness/loop/real_loop.h"
#include "harness/net_http/file_descriptor.h"
#include "harness/net_http/http_transport.h"

namespace pushpull {

// Start it while no other thread of the test runs. Killed at the end of the test if it still runs.
class RoleProcess {
 public:
  // `role` runs in the child; what it returns is the exit code.
  explicit RoleProcess(const std::function<int()>& role) {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    EXPECT_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(output.data(), O_CLOEXEC), 0);
    const FileDescriptor input_end(input[0]);
    const FileDescriptor output_end(output[1]);
    input_ = FileDescriptor(input[1]);
    output_ = FileDescriptor(output[0]);
    pid_ = ::fork();
    EXPECT_GE(pid_, 0);
    if (pid_ == 0) {
      // Its own end of stdin would keep the pipe open for ever.
      input_ = FileDescriptor();
      ::dup2(input_end.get(), STDIN_FILENO);
      ::dup2(output_end.get(), STDOUT_FILENO);
      ::dup2(output_end.get(), STDERR_FILENO);
      const int code = role();
      std::fflush(nullptr);
      ::_exit(code);
    }
  }
  ~RoleProcess() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  RoleProcess(const RoleProcess&) = delete;
  RoleProcess& operator=(const RoleProcess&) = delete;

  // The rest of the first line behind `text`, once it is there; "" where the output ends before.
  std::string await(std::string_view text) {
    for (;;) {
      const size_t at = output_text_.find(text);
      const size_t end = at == std::string::npos ? at : output_text_.find('\n', at);
      if (end != std::string::npos) {
        const size_t begin = at + text.size();
        return output_text_.substr(begin, end - begin);
      }
      if (!read_more()) {
        ADD_FAILURE() << "no '" << text << "' in its output:\n" << output_text_;
        return "";
      }
    }
  }
  // 127.0.0.1:port, from "… port <number>".
  std::string await_endpoint() { return "127.0.0.1:" + std::to_string(std::stoi(await("port "))); }

  // The exit code, or minus the signal that killed it. Once only.
  int await_end() {
    while (read_more()) {
    }
    int status = 0;
    EXPECT_GE(::waitpid(std::exchange(pid_, -1), &status, 0), 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  void signal(int number) const { ::kill(pid_, number); }
  void command(std::string_view line) const {
    const std::string text = std::string(line) + "\n";
    EXPECT_EQ(::write(input_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void close_input() { input_ = FileDescriptor(); }
  const std::string& output() const { return output_text_; }

 private:
  // False at the end of the output. A role that says nothing for half a minute hangs.
  bool read_more() {
    pollfd waiting = {output_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, 30'000) != 1) {
      ADD_FAILURE() << "the role says nothing more; its output:\n" << output_text_;
      ::kill(pid_, SIGKILL);
      return false;
    }
    std::array<char, 4096> buffer{};
    const ssize_t n = ::read(output_.get(), buffer.data(), buffer.size());
    if (n <= 0) return false;
    output_text_.append(buffer.data(), static_cast<size_t>(n));
    return true;
  }

  pid_t pid_ = -1;
  FileDescriptor input_;
  FileDescriptor output_;
  std::string output_text_;
};

// One request on a connection of its own; every thread it took is gone when it returns. The status
// is 0 where no answer came.
inline Exchange ask(const std::string& endpoint, Request request) {
  RealLoop loop;
  HttpTransport transport(loop);
  Exchange result;
  transport.send(endpoint, std::move(request), Duration::seconds(30), {}, Work::Kind::kNone,
                 [&](Exchange exchange) {
                   result = std::move(exchange);
                   if (result.failed) result.response.status = 0;
                   loop.stop();
                 });
  loop.run();
  return result;
}

inline Exchange get(const std::string& endpoint, const std::string& path,
                    const std::string& query = "") {
  Request request;
  request.path = path;
  request.query = query;
  return ask(endpoint, std::move(request));
}

}  // namespace pushpull
