// TCP sockets: listen, accept, connect, and wait with a deadline that a StopSignal cuts short. All
// sockets are non-blocking and send small writes at once (TCP_NODELAY).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/loop/event_loop.h"
#include "harness/net_http/file_descriptor.h"
#include "harness/net_http/stop_signal.h"

namespace pushpull {

struct Endpoint {
  std::string host;  // empty: every address of this machine
  uint16_t port = 0;
};

// "host:port", "[v6]:port" or ":port".
Result<Endpoint> parse_endpoint(std::string_view text);

enum class Wait { kReady, kTimeout, kStopped };
// Until `fd` shows one of `events` (POLLIN, POLLOUT) or an error. Instant::max() waits for ever; a
// negative fd waits for the deadline or the stop.
Wait wait_for(int fd, short events, Instant deadline, const Clock& clock, const StopSignal& stop);

// Listens with a backlog that takes a burst of connections (the kernel caps it at somaxconn) and
// with SO_REUSEADDR, so that a restarted server gets its port back; never with SO_REUSEPORT, which
// would let two servers share a port silently. Port 0 takes a free one.
Result<FileDescriptor> listen_on(const Endpoint& endpoint);
Result<uint16_t> local_port(const FileDescriptor& socket);

// The next waiting connection, or none right now.
std::optional<FileDescriptor> accept_on(const FileDescriptor& listener);

struct ConnectFailure {
  Wait wait = Wait::kReady;  // kReady: refused, unreachable or unknown
  std::string message;
};
// Tries the host's addresses in turn. Returns a closed descriptor and fills `failure` if none
// answers.
FileDescriptor connect_to(const Endpoint& endpoint, Instant deadline, const Clock& clock,
                          const StopSignal& stop, ConnectFailure& failure);

}  // namespace pushpull
