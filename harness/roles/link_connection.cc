#include "harness/roles/link_connection.h"

#include <algorithm>
#include <utility>

#include "harness/net/http_head.h"
#include "harness/roles/link_socket.h"

namespace pushpull {

LinkConnection::LinkConnection(WanLink* link, LinkAnswers* answers, ExchangeWatch::Tell tell,
                               FileDescriptor client, FileDescriptor upstream, Instant now)
    : answers_(answers),
      watch_(std::move(tell)),
      now_(now),
      client_(std::move(client)),
      upstream_(std::move(upstream)),
      refused_(!upstream_.is_open()),
      to_server_(WanFlow(link->path(Direction::kToServer)), now + link->draw_handshake()),
      to_client_(WanFlow(link->path(Direction::kToClient)), now) {
  if (answers == nullptr) return;
  to_server_.add_gate(RequestGate([this] { return decide(); }));
  to_client_.add_tap([this](std::span<const char> bytes) { watch_.responded(now_, bytes); });
}

std::string LinkConnection::decide() const {
  const std::optional<Response> answer = answers_->decide();
  if (!answer) return {};
  const std::string& body = answer->body.bytes;
  return response_head(*answer, static_cast<int64_t>(body.size()), now_) + body;
}

LinkConnection::~LinkConnection() {
  if (answers_ != nullptr && refused_) watch_.refused(now_);
  watch_.ended(now_);
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
  now_ = now;
  const int64_t to_server = to_server_.pump(client(), upstream(), now, scratch);
  for (const SeenRequest& request : to_server_.take_requests()) watch_.asked(now, request);
  for (LinkPipe::Reply& reply : to_server_.take_replies()) to_client_.insert(std::move(reply));
  return {to_server, to_client_.pump(upstream(), client(), now, scratch)};
}

Instant LinkConnection::next_pump(Instant now) {
  if (!connected_) return Instant::max();
  return std::min(to_server_.next_pump(now), to_client_.next_pump(now));
}

}  // namespace pushpull
