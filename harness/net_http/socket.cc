#include "harness/net_http/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <system_error>

#include "harness/base/check.h"

namespace pushpull {

namespace {

constexpr int kBacklog = 4096;

std::string error_text(int code) { return std::generic_category().message(code); }

std::string to_string(const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Result<Addresses> resolve(const Endpoint& endpoint, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const char* host = endpoint.host.empty() ? nullptr : endpoint.host.c_str();
  const int code = ::getaddrinfo(host, std::to_string(endpoint.port).c_str(), &hints, &found);
  if (code != 0) {
    return Error{"cannot resolve " + to_string(endpoint) + ": " + ::gai_strerror(code)};
  }
  return Addresses(found, &::freeaddrinfo);
}

FileDescriptor open_socket(const addrinfo& address) {
  return FileDescriptor(
      ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

void set_flag(const FileDescriptor& socket, int level, int option) {
  const int on = 1;
  CHECK(::setsockopt(socket.get(), level, option, &on, sizeof(on)) == 0);
}

// 0 or an errno.
int finish_connect(const FileDescriptor& socket) {
  int code = 0;
  socklen_t size = sizeof(code);
  CHECK(::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &code, &size) == 0);
  return code;
}

timespec until(Instant deadline, Instant now) {
  const int64_t ns = deadline > now ? (deadline - now).ns() : 0;
  return timespec{ns / 1'000'000'000, ns % 1'000'000'000};
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text) {
  const Error error{"'" + std::string(text) + "' is not an address: write host:port"};
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return error;
  std::string_view host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return error;
  }
  Endpoint endpoint{std::string(host), 0};
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, endpoint.port);
  if (parsed.ec != std::errc() || parsed.ptr != end) return error;
  return endpoint;
}

Wait wait_for(int fd, short events, Instant deadline, const Clock& clock, const StopSignal& stop) {
  std::array<pollfd, 2> polled = {pollfd{stop.fd(), POLLIN, 0}, pollfd{fd, events, 0}};
  for (;;) {
    const Instant now = clock.now();
    const timespec left = until(deadline, now);
    const timespec* const timeout = deadline == Instant::max() ? nullptr : &left;
    const int ready = ::ppoll(polled.data(), polled.size(), timeout, nullptr);
    if (ready < 0) {
      CHECK(errno == EINTR) << error_text(errno);
      continue;
    }
    if (polled[0].revents != 0) return Wait::kStopped;
    if (polled[1].revents != 0) return Wait::kReady;
    if (timeout != nullptr && clock.now() >= deadline) return Wait::kTimeout;
  }
}

Result<FileDescriptor> listen_on(const Endpoint& endpoint) {
  Result<Addresses> addresses = resolve(endpoint, AI_PASSIVE);
  if (!addresses) return addresses.error();
  int code = 0;
  for (const addrinfo* address = addresses->get(); address != nullptr; address = address->ai_next) {
    FileDescriptor socket = open_socket(*address);
    if (socket.is_open()) {
      set_flag(socket, SOL_SOCKET, SO_REUSEADDR);
      if (::bind(socket.get(), address->ai_addr, address->ai_addrlen) == 0 &&
          ::listen(socket.get(), kBacklog) == 0) {
        return socket;
      }
    }
    code = errno;
  }
  return Error{"cannot listen on " + to_string(endpoint) + ": " + error_text(code) +
               (code == EADDRINUSE ? "; stop the process that holds the port or choose another"
                                   : "; choose another address or port")};
}

Result<uint16_t> local_port(const FileDescriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  // The sockets API takes every family through a pointer to its common head.
  auto* const head = static_cast<sockaddr*>(static_cast<void*>(&address));
  if (::getsockname(socket.get(), head, &size) != 0) {
    return Error{"cannot read the port of a listening socket: " + error_text(errno)};
  }
  const void* const any = &address;
  const in_port_t port = address.ss_family == AF_INET6
                             ? static_cast<const sockaddr_in6*>(any)->sin6_port
                             : static_cast<const sockaddr_in*>(any)->sin_port;
  return ntohs(port);
}

std::optional<FileDescriptor> accept_on(const FileDescriptor& listener) {
  FileDescriptor socket(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.is_open()) return std::nullopt;
  set_flag(socket, IPPROTO_TCP, TCP_NODELAY);
  return socket;
}

FileDescriptor connect_to(const Endpoint& endpoint, Instant deadline, const Clock& clock,
                          const StopSignal& stop, ConnectFailure& failure) {
  Result<Addresses> addresses = resolve(endpoint, 0);
  if (!addresses) {
    failure = {Wait::kReady, addresses.error().message};
    return FileDescriptor();
  }
  for (const addrinfo* address = addresses->get(); address != nullptr; address = address->ai_next) {
    FileDescriptor socket = open_socket(*address);
    int code = errno;
    if (socket.is_open()) {
      set_flag(socket, IPPROTO_TCP, TCP_NODELAY);
      code = ::connect(socket.get(), address->ai_addr, address->ai_addrlen) == 0 ? 0 : errno;
      if (code == EINPROGRESS) {
        failure.wait = wait_for(socket.get(), POLLOUT, deadline, clock, stop);
        if (failure.wait != Wait::kReady) {
          failure.message = "connect to " + to_string(endpoint) + ": no answer";
          return FileDescriptor();
        }
        code = finish_connect(socket);
      }
      if (code == 0) return socket;
    }
    failure.message = "connect to " + to_string(endpoint) + ": " + error_text(code);
  }
  return FileDescriptor();
}

}  // namespace pushpull
