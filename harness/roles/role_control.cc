#include "harness/roles/role_control.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "harness/base/check.h"

namespace pushpull {
namespace {

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

void block_signals() {
  const sigset_t set = ending_signals();
  CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
  std::signal(SIGPIPE, SIG_IGN);
}

RoleControl::RoleControl(RealLoop& loop, std::function<void()> on_stop,
                         std::function<void(const std::string&)> on_command)
    : loop_(loop), on_stop_(std::make_shared<std::function<void()>>(std::move(on_stop))) {
  if (on_command)
    on_command_ = std::make_shared<std::function<void(const std::string&)>>(std::move(on_command));
  const sigset_t set = ending_signals();
  signals_ = FileDescriptor(signalfd(-1, &set, SFD_CLOEXEC));
  wake_ = FileDescriptor(eventfd(0, EFD_CLOEXEC));
  CHECK(signals_.get() >= 0 && wake_.get() >= 0);
  thread_ = std::thread([this] { wait(); });
}

RoleControl::~RoleControl() {
  const uint64_t one = 1;
  CHECK(write(wake_.get(), &one, sizeof one) == sizeof one);
  thread_.join();
}

void RoleControl::wait() {
  bool commands = on_command_ != nullptr;
  for (;;) {
    std::array<pollfd, 3> waiting = {{{wake_.get(), POLLIN, 0},
                                      {signals_.get(), POLLIN, 0},
                                      {commands ? STDIN_FILENO : -1, POLLIN, 0}}};
    if (poll(waiting.data(), waiting.size(), -1) < 0) continue;  // EINTR
    if (waiting[0].revents != 0) return;
    if (waiting[1].revents != 0) {
      signalfd_siginfo info{};
      if (read(signals_.get(), &info, sizeof info) == sizeof info) post_stop();
    }
    if (waiting[2].revents != 0 && !read_commands()) {
      commands = false;
      post_stop();
    }
  }
}

// False at the end of stdin.
bool RoleControl::read_commands() {
  std::array<char, 256> buffer{};
  const ssize_t n = read(STDIN_FILENO, buffer.data(), buffer.size());
  if (n <= 0) return false;
  for (ssize_t i = 0; i < n; ++i) {
    const char c = buffer[static_cast<size_t>(i)];
    if (c != '\n') {
      line_ += c;
      continue;
    }
    auto line = std::make_shared<std::string>(std::move(line_));
    line_.clear();
    loop_.post([command = on_command_, line] { (*command)(*line); });
  }
  return true;
}

void RoleControl::post_stop() {
  loop_.post([stop = on_stop_] { (*stop)(); });
}

}  // namespace pushpull
