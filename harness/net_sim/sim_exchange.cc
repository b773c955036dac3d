#include "harness/net_sim/sim_exchange.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {

namespace {

int64_t body_size(const Body& body) {
  return body.payload ? body.payload->wire_size() : static_cast<int64_t>(body.bytes.size());
}

}  // namespace

SimExchange::SimExchange(EventLoop* loop, std::vector<SimExchange*>* free)
    : loop_(loop), free_(free), deadline_(*loop, [this] {
        fail(SendError::Kind::kTimeout, "no response in time", at_server() || request_has_left());
      }) {}

void SimExchange::start(const Call& call) {
  owner_ = call.owner;
  client_ = call.client;
  peer_ = call.peer;
  endpoint_ = peer_->endpoint();
  link_ = peer_->link();
  request_ = std::move(call.request);
  timeout_ = call.timeout;
  decode_work_ = call.decode_work;
  done_ = std::move(call.done);
  exchange_.failed = false;
  exchange_.bytes_sent = 0;
  exchange_.bytes_received = 0;
  step_ = Step::kEncode;
  resume_after(client_, request_.encode_work);
}

Task SimExchange::continuation() {
  return [this, ticket = ++ticket_] {
    if (ticket == ticket_) resume();
  };
}

void SimExchange::resume_at(Instant when) { loop_->schedule_at(when, continuation()); }

void SimExchange::resume_after(SimHost* host, const Work& work) {
  if (!host->at_once(work)) return host->run(work, continuation());
  ++ticket_;
  resume();
}

void SimExchange::resume() {
  if (in_blackhole()) return;
  switch (step_) {
    case Step::kFree:
    case Step::kHandle:
      CHECK(false) << "nothing to resume";
      break;
    case Step::kEncode:
      return leave_client();
    case Step::kConnect:
      return connected();
    case Step::kRefused:
      return fail(SendError::Kind::kConnect, refusal_, false);
    case Step::kRequest:
      return pending_ > 0 ? send_pending(Direction::kToServer) : reach_server();
    case Step::kReceive:
      return handle();
    case Step::kRespond:
      return leave_server();
    case Step::kResponse:
      return pending_ > 0 ? send_pending(Direction::kToClient) : reach_client();
    case Step::kDecode:
      return finish(false);
    case Step::kReset:
      return fail(SendError::Kind::kClosed, "connection reset", false);
  }
}

bool SimExchange::prepare() {
  refusal_ = "connection refused";
  if (request_.tls != nullptr) {
    refusal_ = "TLS is not modelled in virtual time";
    return false;
  }
  if (request_.authorization == nullptr) return true;
  const Result<Secret> value = request_.authorization->authorization();
  if (!value) {
    refusal_ = "the file of the credentials cannot be read";
    return false;
  }
  if (!value->empty()) {
    request_.headers = with_header(request_.headers, {"Authorization", value->reveal()});
  }
  return true;
}

void SimExchange::leave_client() {
  if (!prepare()) {
    step_ = Step::kRefused;
    return resume_at(loop_->now());
  }
  const int64_t body = body_size(request_.body);
  pending_ = head_size(request_, endpoint_->name, body) + body;
  deadline_.set(loop_->now() + timeout_);
  if (link_ != nullptr) connection_ = peer_->take_idle();
  if (connection_ != nullptr || (link_ == nullptr && endpoint_->service != nullptr)) {
    step_ = Step::kRequest;
    send_pending(Direction::kToServer);
  } else if (link_ != nullptr && link_->state() != LinkState::kDown) {
    step_ = Step::kConnect;
    resume_at(loop_->now() + link_->draw_handshake());
  } else {
    step_ = Step::kRefused;
    resume_at(loop_->now());
  }
}

void SimExchange::connected() {
  if (endpoint_->service == nullptr) {
    fail(SendError::Kind::kConnect, "connection refused", false);
    return;
  }
  connection_ = peer_->connect();
  step_ = Step::kRequest;
  send_pending(Direction::kToServer);
}

void SimExchange::send_pending(Direction direction) {
  if (in_blackhole()) return;
  const Instant now = loop_->now();
  const bool to_server = direction == Direction::kToServer;
  int64_t& sent = to_server ? exchange_.bytes_sent : exchange_.bytes_received;
  if (connection_ == nullptr) {
    sent += std::exchange(pending_, 0);
    // The way there is an event of its own, so that `done` never runs inside start(); the way back
    // need not be.
    return to_server ? resume_at(now) : reach_client();
  }
  WanFlow& flow = to_server ? connection_->to_server : connection_->to_client;
  const int64_t bytes = std::min(pending_, flow.allowance(now));
  if (bytes == 0) {
    resume_at(flow.next_turn());
    return;
  }
  const WanFlow::Sent turn = flow.send(now, bytes);
  link_->count(direction, turn.passage, bytes);
  sent += bytes;
  pending_ -= bytes;
  resume_at(pending_ > 0 ? flow.next_turn() : turn.delivered);
}

void SimExchange::reach_server() {
  if (link_ != nullptr) {
    if (std::optional<Response> answer = link_->answer()) {
      exchange_.response = std::move(*answer);
      leave_server();
      return;
    }
  }
  step_ = Step::kReceive;
  resume_after(endpoint_->host, endpoint_->service->receive_work(request_));
}

void SimExchange::handle() {
  step_ = Step::kHandle;
  // Two words that are trivially copied: std::function stores them without allocating.
  endpoint_->service->handle({std::move(request_), std::nullopt},
                             [this, ticket = ++ticket_](Response response) {
                               if (ticket == ticket_) respond(std::move(response));
                             });
}

void SimExchange::respond(Response&& response) {
  exchange_.response = std::move(response);
  step_ = Step::kRespond;
  resume_after(endpoint_->host, exchange_.response.encode_work);
}

void SimExchange::leave_server() {
  if (done_ == nullptr) {
    recycle();
    return;
  }
  const int64_t body = body_size(exchange_.response.body);
  pending_ = head_size(exchange_.response, body) + body;
  step_ = Step::kResponse;
  send_pending(Direction::kToClient);
}

void SimExchange::reach_client() {
  deadline_.clear();
  if (connection_ != nullptr) peer_->keep(std::move(connection_));
  step_ = Step::kDecode;
  const PayloadPtr& payload = exchange_.response.body.payload;
  const Work work = payload ? Work{decode_work_, payload->samples()} : Work{};
  resume_after(client_, work);
}

bool SimExchange::at_server() const {
  return step_ == Step::kReceive || step_ == Step::kHandle || step_ == Step::kRespond;
}

void SimExchange::finish(bool server_goes_on) {
  deadline_.clear();
  connection_.reset();
  // Before `done` runs, so that a request it sends may use this object again.
  const Transport::Done done = std::exchange(done_, nullptr);
  Exchange exchange = std::move(exchange_);
  if (!server_goes_on) recycle();
  if (!client_->frozen()) return done(std::move(exchange));
  // Its client learns of it when it goes on.
  struct Late {
    Transport::Done done;
    Exchange exchange;
  };
  auto late = std::make_shared<Late>(Late{done, std::move(exchange)});
  client_->run({}, [late] { late->done(std::move(late->exchange)); });
}

void SimExchange::fail(SendError::Kind kind, const char* what, bool server_goes_on) {
  exchange_.failed = true;
  exchange_.error = {kind, endpoint_->name + ": " + what};
  finish(server_goes_on);
}

void SimExchange::recycle() {
  ++ticket_;
  step_ = Step::kFree;
  request_.body = Body();
  exchange_.response.body = Body();
  free_->push_back(this);
}

bool SimExchange::is_on(const SimLink* link) const {
  if (step_ == Step::kFree || link_ != link) return false;
  return under_way() || (done_ != nullptr && (at_server() || step_ == Step::kReset));
}

void SimExchange::link_was_reset() {
  if (done_ == nullptr) {
    recycle();
    return;
  }
  const auto kind = step_ == Step::kConnect ? SendError::Kind::kConnect : SendError::Kind::kClosed;
  fail(kind, "the link reset the connection", at_server());
}

void SimExchange::server_stopped(const SimHost* host) {
  if (step_ == Step::kFree || endpoint_->host != host) return;
  const bool needs_server =
      step_ == Step::kRequest || at_server() || (step_ == Step::kResponse && pending_ > 0);
  if (!needs_server) return;
  if (done_ == nullptr) {
    recycle();
    return;
  }
  step_ = Step::kReset;
  resume_at(loop_->now() + (link_ != nullptr ? link_->one_way(Direction::kToClient) : Duration()));
}

void SimExchange::owner_gone(const Transport* owner) {
  if (done_ == nullptr || owner_ != owner) return;
  deadline_.clear();
  connection_.reset();
  done_ = nullptr;
  if (!at_server() && !request_has_left()) recycle();
}

}  // namespace pushpull
