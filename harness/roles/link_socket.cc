#include "harness/roles/link_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {

namespace {

constexpr int kBacklog = 4096;

std::string last_error() { return std::generic_category().message(errno); }

// The sockets API takes every family through a pointer to its common head.
template <class Address>
const sockaddr* as_sockaddr(const Address& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

}  // namespace

Result<SocketAddress> resolve(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code =
      ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (code != 0) {
    return Error{"cannot resolve the link's upstream '" + endpoint.host +
                 "': " + ::gai_strerror(code)};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  SocketAddress address;
  CHECK(found->ai_addrlen <= sizeof(address.storage));
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  return address;
}

Result<FileDescriptor> hold_port(uint16_t port) {
  FileDescriptor held(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Without SO_REUSEADDR, connections that ended a minute ago would still occupy the port.
  if (!held.is_open() || ::setsockopt(held.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      ::bind(held.get(), as_sockaddr(address), sizeof(address)) != 0) {
    return Error{"the link cannot take 127.0.0.1:" + std::to_string(port) + ": " + last_error() +
                 "; stop the process that holds the port or choose another"};
  }
  return held;
}

Status start_listening(const FileDescriptor& held) {
  if (::listen(held.get(), kBacklog) == 0) return {};
  return Error{"the link cannot listen: " + last_error()};
}

FileDescriptor begin_connect(const SocketAddress& address) {
  FileDescriptor socket(
      ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (socket.is_open() &&
      ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0 &&
      (::connect(socket.get(), as_sockaddr(address.storage), address.size) == 0 ||
       errno == EINPROGRESS)) {
    return socket;
  }
  return FileDescriptor();
}

bool connect_succeeded(const FileDescriptor& socket) {
  int code = 0;
  socklen_t size = sizeof(code);
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &code, &size) == 0 && code == 0;
}

void reset_connection(FileDescriptor socket) {
  if (!socket.is_open()) return;
  const linger at_once{1, 0};
  CHECK(::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
}

}  // namespace pushpull
