// One request and its response on their way through a virtual network, as a state machine on the
// event loop.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/loop/deadline.h"
#include "harness/loop/event_loop.h"
#include "harness/net/transport.h"
#include "harness/net_sim/sim_host.h"
#include "harness/net_sim/sim_peer.h"

namespace pushpull {

// Objects are pooled by SimNetwork and used again and again.
// 1. At most one continuation is pending. It carries a ticket; whatever changes the plan takes a
//    new ticket, and a continuation with an old one does nothing.
// 2. The client side ends (finish, fail, abandon) at most once. Until the server has answered, the
//    object may live on without a client: a server goes on working for one that gave up.
// 3. Nothing here calls `done` inside start().
class SimExchange {
 public:
  struct Call {
    const Transport* owner;
    SimHost* client;
    SimPeer* peer;  // lives as long as the owner
    Request&& request;
    Duration timeout;
    Work::Kind decode_work;
    Transport::Done&& done;
  };

  // Puts itself into `free` when it is over. Neither is owned.
  SimExchange(EventLoop* loop, std::vector<SimExchange*>* free);
  SimExchange(const SimExchange&) = delete;  // events point to it
  SimExchange& operator=(const SimExchange&) = delete;

  void start(const Call& call);

  // What may happen to it from outside; each is harmless to an exchange it does not concern.
  void link_was_reset();  // requires is_on(that link); may call `done`
  void server_stopped(const SimHost* host);
  void owner_gone(const Transport* owner);  // forgets `done`

  // Whether it needs the connection it has over `link`, or tries to get one.
  bool is_on(const SimLink* link) const;
  // Whether a client on `host` still waits for it.
  bool has_client_on(const SimHost* host) const { return done_ != nullptr && client_ == host; }

 private:
  enum class Step : uint8_t {
    kFree,
    kEncode,    // client: work before the request leaves; the timeout starts after it, as
                // Prometheus's does
    kConnect,   // handshake
    kRefused,   // on its way to say so
    kRequest,   // bytes to the server; all have left when pending_ is 0
    kReceive,   // server: work before the service sees it
    kHandle,    // the service has it
    kRespond,   // server: work before the response leaves
    kResponse,  // bytes to the client, like kRequest
    kDecode,    // client: work on the response; the timeout is over, as Prometheus's is
    kReset,     // on its way to say so
  };

  Task continuation();
  void resume_at(Instant when);
  void resume_after(SimHost* host, const Work& work);
  void resume();

  // Adds the Authorization header. False where the request cannot be sent: refusal_ says why.
  bool prepare();
  void leave_client();
  void connected();
  void send_pending(Direction direction);
  void reach_server();
  void handle();
  void respond(Response&& response);
  void leave_server();
  void reach_client();

  bool at_server() const;
  bool under_way() const {
    return step_ == Step::kConnect || step_ == Step::kRequest || step_ == Step::kResponse;
  }
  // What is sent now vanishes: the exchange waits for its timeout, or for a reset.
  bool in_blackhole() const {
    return link_ != nullptr && link_->state() == LinkState::kBlackhole &&
           (under_way() || step_ == Step::kReset);
  }
  bool request_has_left() const { return step_ == Step::kRequest && pending_ == 0; }
  // Ends the client side; the object lives on if `server_goes_on`.
  void finish(bool server_goes_on);
  void fail(SendError::Kind kind, const char* what, bool server_goes_on);
  void recycle();

  EventLoop* loop_;
  std::vector<SimExchange*>* free_;
  Step step_ = Step::kFree;
  uint64_t ticket_ = 0;
  const Transport* owner_ = nullptr;
  SimHost* client_ = nullptr;
  SimPeer* peer_ = nullptr;          // dangles once the owner is gone: only for the client side
  SimEndpoint* endpoint_ = nullptr;  // of the peer, for the server side
  SimLink* link_ = nullptr;          // of the peer
  std::unique_ptr<SimConnection> connection_;  // null on a local way
  Request request_;
  Duration timeout_;
  Deadline deadline_;
  Work::Kind decode_work_ = Work::Kind::kNone;
  const char* refusal_ = "";  // in kRefused
  int64_t pending_ = 0;       // bytes of the message under way that have not left yet
  Exchange exchange_;         // what `done` gets
  Transport::Done done_;
};

}  // namespace pushpull
