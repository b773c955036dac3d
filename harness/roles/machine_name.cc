#include "harness/roles/machine_name.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>

namespace pushpull {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

// Empty where nobody knows the address.
std::string name_of(const addrinfo& address) {
  std::array<char, NI_MAXHOST> name{};
  const int failed = ::getnameinfo(address.ai_addr, address.ai_addrlen, name.data(), name.size(),
                                   nullptr, 0, NI_NAMEREQD);
  return failed == 0 ? name.data() : "";
}

// Go's resolver writes every name with a dot in it as an absolute one.
std::string absolute(std::string name) {
  if (name.find('.') != std::string::npos && !name.ends_with('.')) name += '.';
  return name;
}

}  // namespace

std::string machine_name() {
  std::string host = host_name();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;  // each address once
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return host;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    std::string name = name_of(*address);
    if (!name.empty()) return absolute(std::move(name));
  }
  return host;
}

}  // namespace pushpull
