// The link's body: listeners, connections and one epoll set; sleeps only in poll().
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/base/result.h"
#include "harness/loop/event_loop.h"
#include "harness/net/wan_model.h"
#include "harness/net_http/file_descriptor.h"
#include "harness/roles/link_command.h"
#include "harness/roles/link_connection.h"
#include "harness/roles/link_meter.h"
#include "harness/roles/link_socket.h"

namespace pushpull {

struct LinkRoute {
  uint16_t port = 0;     // on 127.0.0.1; 0: any free one
  std::string upstream;  // "host:port", resolved once
};

// Belongs to one thread, except for the counters.
class LinkProxy {
 public:
  struct Setup {
    LinkSpec spec;
    uint64_t seed = 0;
    bool http = false;                                             // requests are looked for
    ExchangeWatch::Tell on_exchange = [](const LinkExchange&) {};  // where they are
  };

  // `clock` and the descriptor `wake` (readable: return from poll()) are not owned.
  LinkProxy(const Setup& setup, LinkMeter::OnBucket on_bucket, const Clock* clock, int wake);
  // Resets what is open and reports the last bucket.
  ~LinkProxy();
  LinkProxy(const LinkProxy&) = delete;
  LinkProxy& operator=(const LinkProxy&) = delete;

  // Takes the port and listens. Returns the port.
  Result<uint16_t> add_route(const LinkRoute& route);
  // Down: resets all connections and refuses new ones, holding the ports. Blackhole: takes neither
  // connections nor bytes, and passes nothing on; its end resets whoever waits. An error means that
  // another process took a port, and the link is then down; or that answers need `http`.
  Status obey(const LinkCommand& command);
  // Waits for sockets, timers or `wake` and moves bytes.
  void poll();

  // Any thread.
  int64_t connections_opened() const { return connections_opened_; }
  int64_t bytes(Direction direction) const;

 private:
  struct Listener {
    uint16_t port;
    SocketAddress upstream;
    FileDescriptor socket;  // listens while the link is up, else only holds the port
  };

  Status set_state(LinkState state);
  Status go_down();
  Status set_answer(const std::optional<LinkAnswer>& answer);
  Status listen(size_t index);
  void watch(int fd, uint64_t token);
  void handle(uint64_t token, uint32_t events);
  void accept_all(const Listener& listener);
  void pump_all();
  Instant next_wake() const;

  const Clock* clock_;
  LinkMeter meter_;
  WanLink wan_;
  const bool http_;
  LinkAnswers answers_;
  const ExchangeWatch::Tell on_exchange_;
  FileDescriptor epoll_;
  std::vector<char> scratch_;
  std::vector<Listener> listeners_;
  LinkState state_ = LinkState::kUp;
  uint64_t next_id_ = 0;
  std::unordered_map<uint64_t, std::unique_ptr<LinkConnection>> connections_;  // by id
  std::atomic<int64_t> connections_opened_ = 0;
  std::atomic<int64_t> to_server_ = 0;  // bytes
  std::atomic<int64_t> to_client_ = 0;
};

}  // namespace pushpull
