#include "harness/roles/link_connection.h"

#include <algorithm>
#include <utility>

#include "harness/roles/link_socket.h"

namespace pushpull {

LinkConnection::LinkConnection(const LinkSpec& spec, LinkBottlenecks* bottlenecks,
                               FileDescriptor client, FileDescriptor upstream, Instant now)
    : client_(std::move(client)),
      upstream_(std::move(upstream)),
      refused_(!upstream_.is_open()),
      to_server_(WanFlow(spec, &bottlenecks->to_server), spec.one_way(), now + spec.handshake()),
      to_client_(WanFlow(spec, &bottlenecks->to_client), spec.one_way(), now) {}

LinkConnection::~LinkConnection() {
  if (finished()) return;
  reset_connection(std::move(client_));
  reset_connection(std::move(upstream_));
}

void LinkConnection::client_ready(bool readable, bool writable) {
  if (readable) to_server_.source_ready();
  if (writable) to_client_.sink_ready();
}

void LinkConnection::upstream_ready(bool readable, bool writable) {
  if (!connected_) {
    connected_ = connect_succeeded(upstream_);
    refused_ = !connected_;
  }
  if (readable) to_client_.source_ready();
  if (writable) to_server_.sink_ready();
}

LinkConnection::Bytes LinkConnection::pump(Instant now, std::span<char> scratch) {
  if (!connected_ || refused_) return {};
  return {to_server_.pump(client(), upstream(), now, scratch),
          to_client_.pump(upstream(), client(), now, scratch)};
}

Instant LinkConnection::next_pump(Instant now) {
  if (!connected_) return Instant::max();
  return std::min(to_server_.next_pump(now), to_client_.next_pump(now));
}

}  // namespace pushpull
