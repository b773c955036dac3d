// The link role of loopback runs: a TCP proxy on a thread of its own that counts, delays,
// throttles, cuts and, where it is told to look into HTTP, answers. The instrument between leaf and
// central.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/loop/event_loop.h"
#include "harness/net/wan_model.h"
#include "harness/net_http/file_descriptor.h"
#include "harness/roles/link_command.h"
#include "harness/roles/link_meter.h"
#include "harness/roles/link_proxy.h"

namespace pushpull {

struct LinkOptions {
  LinkSpec spec;
  std::vector<LinkRoute> routes;
  LinkMeter::OnBucket on_bucket;  // called on the link's thread; the last one by the destructor
  uint64_t seed = 0;              // of jitter, loss and who is answered
  bool http = false;              // look for requests, so that they can be answered and told
  ExchangeWatch::Tell on_exchange = [](const LinkExchange&) {};  // as on_bucket
};

// Bytes are TCP payload and counted as the link takes them. Shaping starts a connection with one
// round trip of silence (the handshake), and what the modelled window does not let through stays in
// the sender's socket. A refusing upstream resets the client. Public methods: any thread but the
// link's own.
class LinkRole {
 public:
  // Listens at once; the link is up. `clock` is not owned and any thread may read it.
  static Result<std::unique_ptr<LinkRole>> start(const LinkOptions& options, const Clock* clock);
  // Resets what is open.
  ~LinkRole();
  LinkRole(const LinkRole&) = delete;
  LinkRole& operator=(const LinkRole&) = delete;

  // The port that options.routes[route] got.
  uint16_t port(size_t route) const { return ports_.at(route); }

  // Returns when the command is in force, with the time it was.
  Result<Instant> obey(const LinkCommand& command);

  // Connections accepted so far.
  int64_t connections_opened() const { return proxy_.connections_opened(); }
  int64_t bytes(Direction direction) const { return proxy_.bytes(direction); }

 private:
  struct Pending {
    LinkCommand command;
    std::promise<Result<Instant>> done;
  };

  LinkRole(const LinkOptions& options, const Clock* clock);
  void run();
  void wake();
  std::vector<Pending> take_commands();

  const Clock* clock_;
  FileDescriptor wake_;  // an eventfd
  LinkProxy proxy_;      // of the thread, once it runs
  std::vector<uint16_t> ports_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<Pending> commands_;  // under mutex_
  std::thread thread_;
};

}  // namespace pushpull
