// The few socket operations only a link needs; the rest is net_http/socket.h.
#pragma once

#include <sys/socket.h>

#include <cstdint>

#include "harness/base/result.h"
#include "harness/net_http/file_descriptor.h"
#include "harness/net_http/socket.h"

namespace pushpull {

struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t size = 0;
};

// The first address of host:port. Blocks on the name service.
Result<SocketAddress> resolve(const Endpoint& endpoint);

// Takes 127.0.0.1:port (0: any free one) without listening: connects are refused, and nobody else
// gets the port, not even as the source port of an outgoing connection.
Result<FileDescriptor> hold_port(uint16_t port);
Status start_listening(const FileDescriptor& held);

// Non-blocking, TCP_NODELAY. Closed where it failed at once; else writable when it has been
// decided.
FileDescriptor begin_connect(const SocketAddress& address);
bool connect_succeeded(const FileDescriptor& socket);

// Closes with RST instead of FIN; bytes not sent yet are thrown away.
void reset_connection(FileDescriptor socket);

}  // namespace pushpull
