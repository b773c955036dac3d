#include "harness/run/virtual_server.h"

#include <utility>

#include "harness/base/check.h"

namespace pushpull {

VirtualServer::Process::Process(EventLoop& loop, SimNetwork& network, SimHost& host,
                                Storage& storage, Observer& observer, const Setup& setup)
    : transport(&network, &host),
      slow_transport(loop, transport),
      server(loop, setup.slowable ? static_cast<Transport&>(slow_transport) : transport, storage,
             observer, setup.options()),
      slow_service(loop, server),
      front(setup.slowable ? static_cast<Service&>(slow_service) : server) {}

VirtualServer::VirtualServer(EventLoop& loop, SimNetwork& network, const Calibration& calibration,
                             Observer& observer, Setup setup)
    : outer_(loop),
      pausable_(loop),
      network_(network),
      observer_(observer),
      setup_(std::move(setup)),
      host_(&loop, setup_.name, static_cast<int>(calibration.cores), calibration.cost_model()),
      storage_(setup_.options().external_labels, setup_.sizing) {}

VirtualServer::~VirtualServer() = default;

void VirtualServer::start(std::function<void()> began) {
  wanted_ = true;
  began_ = std::move(began);
  if (process_ == nullptr) begin();
}

void VirtualServer::begin() {
  storage_.restart();
  process_ = std::make_unique<Process>(loop(), network_, host_, storage_, observer_, setup_);
  network_.serve(setup_.endpoint, &host_, &process_->front);
  began_();
}

void VirtualServer::stop() {
  wanted_ = false;
  if (process_ == nullptr || std::exchange(stopping_, true)) return;
  // Not inside the server's own call: it is destroyed.
  process_->server.stop([this] { loop().schedule_after(Duration(), [this] { ended(); }); });
}

void VirtualServer::ended() {
  stopping_ = false;
  sent_ = sent();
  fetches_ = fetches();
  fetches_failed_ = fetches_failed();
  process_.reset();
  network_.stop(&host_);
  if (wanted_) begin();
}

void VirtualServer::pause() {
  CHECK(setup_.pausable) << setup_.name;
  pausable_.pause();
  host_.freeze();
}

void VirtualServer::resume() {
  // What has arrived meanwhile is taken before timers run out, as a process that goes on finds
  // both at once and reads its sockets without waiting.
  host_.thaw();
  pausable_.resume();
}

void VirtualServer::be(const Slowness& slowness) {
  CHECK(setup_.slowable) << setup_.name;
  if (process_ == nullptr) return;
  process_->slow_transport.be(slowness);
  process_->slow_service.be(slowness);
}

void VirtualServer::abandon() {
  if (process_ != nullptr) process_->server.abandon(LossCause::kRestart);
}

SentRequests VirtualServer::sent() const {
  SentRequests total = sent_;
  if (process_ != nullptr) {
    const SentRequests now = process_->server.sent_requests();
    total.attempts += now.attempts;
    total.failed += now.failed;
  }
  return total;
}

int64_t VirtualServer::fetches() const {
  return fetches_ + (process_ == nullptr ? 0 : process_->server.stats().scrapes);
}

int64_t VirtualServer::fetches_failed() const {
  return fetches_failed_ + (process_ == nullptr ? 0 : process_->server.stats().scrapes_failed);
}

}  // namespace pushpull
