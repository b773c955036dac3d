#include "harness/systems/child_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>

namespace pushpull {
namespace {

// Runs in the child between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(char* const* argv, int input, int log, int failure, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // the runner died before prctl
  setpgid(0, 0);                        // Ctrl-C is for the runner, which stops its roles in order
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(input, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execvp(argv[0], argv);
  const int error = errno;
  const ssize_t told = write(failure, &error, sizeof error);
  _exit(told == sizeof error ? 127 : 126);
}

Error system_error(const std::string& what) { return Error{what + ": " + std::strerror(errno)}; }

}  // namespace

ChildProcess::ChildProcess(const LaunchSpec& spec, pid_t pid, FileDescriptor input)
    : name_(spec.name), log_(spec.log), pid_(pid), input_(std::move(input)) {}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const LaunchSpec& spec) {
  const FileDescriptor log(open(spec.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (log.get() < 0) return system_error("cannot write " + spec.log);
  int input[2];
  int failure[2];
  if (pipe2(input, O_CLOEXEC) != 0) return system_error("pipe");
  const FileDescriptor input_read(input[0]);
  FileDescriptor input_write(input[1]);
  if (pipe2(failure, O_CLOEXEC) != 0) return system_error("pipe");
  const FileDescriptor failure_read(failure[0]);
  FileDescriptor failure_write(failure[1]);

  std::vector<char*> argv;
  for (const std::string& argument : spec.argv) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return system_error("cannot start " + spec.name);
  if (pid == 0) become(argv.data(), input_read.get(), log.get(), failure_write.get(), parent);

  failure_write = FileDescriptor();
  int error = 0;
  if (read(failure_read.get(), &error, sizeof error) == sizeof error) {
    waitpid(pid, nullptr, 0);
    return Error{"cannot start " + spec.name + ": " + spec.argv[0] + ": " + std::strerror(error)};
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(spec, pid, std::move(input_write)));
}

ChildProcess::~ChildProcess() {
  if (!running()) return;
  kill();
  int status = 0;
  waitpid(pid_, &status, 0);
}

bool ChildProcess::running() {
  if (status_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  status_ = status;
  return false;
}

bool ChildProcess::await_end(Duration limit) {
  if (!running()) return true;
  const FileDescriptor end(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  pollfd waiting = {end.get(), POLLIN, 0};
  poll(&waiting, 1, static_cast<int>(limit.ms()));
  return !running();
}

std::optional<int> ChildProcess::exit_code() const {
  return status_ && WIFEXITED(*status_) ? std::optional<int>(WEXITSTATUS(*status_)) : std::nullopt;
}

std::string ChildProcess::exit_text() const {
  if (!status_) return "is running";
  if (const std::optional<int> code = exit_code()) return "exited with " + std::to_string(*code);
  return "was killed by signal " + std::to_string(WTERMSIG(*status_));
}

void ChildProcess::command(std::string_view line) {
  if (!running()) return;
  std::string text(line);
  text += '\n';
  // It may end just now: the runner ignores SIGPIPE.
  const ssize_t written = write(input_.get(), text.data(), text.size());
  static_cast<void>(written);
}

void ChildProcess::terminate() {
  if (running()) ::kill(pid_, SIGTERM);
}

void ChildProcess::pause() {
  if (running()) ::kill(pid_, SIGSTOP);
}

void ChildProcess::resume() {
  if (running()) ::kill(pid_, SIGCONT);
}

void ChildProcess::kill() {
  if (running()) ::kill(pid_, SIGKILL);
}

std::string ChildProcess::log_text() const {
  std::ifstream file(log_, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::string ChildProcess::last_log_lines(size_t lines) const {
  const std::string text = log_text();
  size_t begin = text.size();
  for (size_t seen = 0; begin > 0; --begin) {
    if (text[begin - 1] == '\n' && begin != text.size() && ++seen == lines) break;
  }
  return text.substr(begin);
}

Result<std::vector<uint16_t>> free_ports(size_t count) {
  std::vector<FileDescriptor> held;  // until all are found
  std::vector<uint16_t> ports;
  while (ports.size() < count) {
    held.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int socket = held.back().get();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket, generic, size) != 0 || getsockname(socket, generic, &size) != 0) {
      return system_error("no free port on 127.0.0.1");
    }
    ports.push_back(ntohs(address.sin_port));
  }
  return ports;
}

}  // namespace pushpull
