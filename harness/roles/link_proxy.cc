#include "harness/roles/link_proxy.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {

namespace {

constexpr size_t kScratch = 256 << 10;  // bytes read at once

// What an epoll event is about: the wake descriptor, a listener, or one side of a connection.
enum class Subject : uint64_t { kWake, kListener, kClient, kUpstream };

constexpr uint64_t token_of(Subject subject, uint64_t id) {
  return id << 2 | static_cast<uint64_t>(subject);
}
constexpr Subject subject_of(uint64_t token) { return static_cast<Subject>(token & 3); }
constexpr uint64_t id_of(uint64_t token) { return token >> 2; }

}  // namespace

LinkProxy::LinkProxy(const Setup& setup, LinkMeter::OnBucket on_bucket, const Clock* clock,
                     int wake)
    : clock_(clock),
      meter_(std::move(on_bucket)),
      wan_(setup.spec, setup.seed, "link"),
      http_(setup.http),
      answers_(setup.seed),
      on_exchange_(setup.on_exchange),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      scratch_(kScratch) {
  watch(wake, token_of(Subject::kWake, 0));
}

LinkProxy::~LinkProxy() {
  connections_.clear();
  meter_.flush();
}

Result<uint16_t> LinkProxy::add_route(const LinkRoute& route) {
  const Result<Endpoint> upstream = parse_endpoint(route.upstream);
  if (!upstream) return upstream.error();
  const Result<SocketAddress> address = resolve(*upstream);
  if (!address) return address.error();
  Result<FileDescriptor> held = hold_port(route.port);
  if (!held) return held.error();
  const Result<uint16_t> port = local_port(*held);
  if (!port) return port.error();
  listeners_.push_back({*port, *address, std::move(*held)});
  const Status listening = listen(listeners_.size() - 1);
  if (!listening) return listening.error();
  return *port;
}

Status LinkProxy::listen(size_t index) {
  Listener& listener = listeners_[index];
  if (!listener.socket.is_open()) {
    Result<FileDescriptor> held = hold_port(listener.port);
    if (!held) return held.error();
    listener.socket = std::move(*held);
  }
  Status status = start_listening(listener.socket);
  if (status) watch(listener.socket.get(), token_of(Subject::kListener, index));
  return status;
}

void LinkProxy::watch(int fd, uint64_t token) {
  epoll_event event{};
  // Edge-triggered: pipes remember what is ready, so nothing is ever re-armed; the wake descriptor
  // needs no draining, and a listener that has run out of descriptors does not spin.
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = token;
  CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) << "errno " << errno;
}

Status LinkProxy::obey(const LinkCommand& command) {
  if (const auto* state = std::get_if<LinkState>(&command)) return set_state(*state);
  if (const auto* answer = std::get_if<AnswerAtLink>(&command)) return set_answer(answer->answer);
  if (const auto* disturb = std::get_if<DisturbLink>(&command)) {
    wan_.disturb(disturb->direction, disturb->disturbance);
  } else {
    connections_.clear();
  }
  return {};
}

Status LinkProxy::set_state(LinkState state) {
  if (state == state_) return {};
  if (state == LinkState::kDown || state_ == LinkState::kBlackhole) {
    if (Status status = go_down(); !status) return status;
  }
  if (state_ == LinkState::kDown) {
    for (size_t i = 0; state != LinkState::kDown && i < listeners_.size(); ++i) {
      if (Status status = listen(i); !status) return status;
    }
  }
  state_ = state;
  return {};
}

// Closing the listeners resets those too that connected and were never accepted.
Status LinkProxy::go_down() {
  state_ = LinkState::kDown;
  connections_.clear();
  for (Listener& listener : listeners_) listener.socket = FileDescriptor();
  for (Listener& listener : listeners_) {
    Result<FileDescriptor> held = hold_port(listener.port);
    if (!held) return held.error();
    listener.socket = std::move(*held);
  }
  return {};
}

Status LinkProxy::set_answer(const std::optional<LinkAnswer>& answer) {
  if (!http_) return Error{"this link does not look into HTTP: start it with --http"};
  answers_.set(answer);
  return {};
}

void LinkProxy::poll() {
  std::array<epoll_event, 64> events;
  const Instant wake = next_wake();
  const int64_t wait_ns = std::max<int64_t>(0, (wake - clock_->now()).ns());
  const timespec timeout{wait_ns / 1'000'000'000, wait_ns % 1'000'000'000};
  const int count = ::epoll_pwait2(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                   wake == Instant::max() ? nullptr : &timeout, nullptr);
  CHECK(count >= 0 || errno == EINTR) << "errno " << errno;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    handle(event.data.u64, event.events);
  }
  pump_all();
}

Instant LinkProxy::next_wake() const {
  Instant wake = meter_.next_report();
  const Instant now = clock_->now();
  if (state_ == LinkState::kBlackhole) return wake;
  for (const auto& [id, connection] : connections_) {
    wake = std::min(wake, connection->next_pump(now));
  }
  return wake;
}

void LinkProxy::handle(uint64_t token, uint32_t events) {
  const Subject subject = subject_of(token);
  if (subject == Subject::kWake) return;
  if (subject == Subject::kListener) {
    if (state_ == LinkState::kUp) accept_all(listeners_[id_of(token)]);
    return;
  }
  const auto found = connections_.find(id_of(token));
  if (found == connections_.end()) return;
  // Errors and hang-ups are read from the socket like any other news.
  const bool readable = (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  const bool writable = (events & EPOLLOUT) != 0;
  if (subject == Subject::kClient) {
    found->second->client_ready(readable, writable);
  } else {
    found->second->upstream_ready(readable, writable);
  }
}

void LinkProxy::accept_all(const Listener& listener) {
  while (std::optional<FileDescriptor> client = accept_on(listener.socket)) {
    ++connections_opened_;
    auto connection = std::make_unique<LinkConnection>(
        &wan_, http_ ? &answers_ : nullptr, on_exchange_, std::move(*client),
        begin_connect(listener.upstream), clock_->now());
    if (connection->over()) continue;
    const uint64_t id = next_id_++;
    watch(connection->client(), token_of(Subject::kClient, id));
    watch(connection->upstream(), token_of(Subject::kUpstream, id));
    connections_.emplace(id, std::move(connection));
  }
}

void LinkProxy::pump_all() {
  const Instant now = clock_->now();
  LinkConnection::Bytes total;
  if (state_ == LinkState::kBlackhole) return meter_.add(now, 0, 0);
  for (auto it = connections_.begin(); it != connections_.end();) {
    const LinkConnection::Bytes read = it->second->pump(now, scratch_);
    total.to_server += read.to_server;
    total.to_client += read.to_client;
    it = it->second->over() ? connections_.erase(it) : std::next(it);
  }
  to_server_ += total.to_server;
  to_client_ += total.to_client;
  meter_.add(now, total.to_server, total.to_client);
}

int64_t LinkProxy::bytes(Direction direction) const {
  return direction == Direction::kToServer ? to_server_ : to_client_;
}

}  // namespace pushpull
