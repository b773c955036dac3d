#include "harness/roles/link.h"

#include <sys/eventfd.h>
#include <sys/prctl.h>

#include "harness/base/check.h"

namespace pushpull {

Result<std::unique_ptr<LinkRole>> LinkRole::start(const LinkOptions& options, const Clock* clock) {
  std::unique_ptr<LinkRole> role(new LinkRole(options, clock));
  for (const LinkRoute& route : options.routes) {
    const Result<uint16_t> port = role->proxy_.add_route(route);
    if (!port) return port.error();
    role->ports_.push_back(*port);
  }
  role->thread_ = std::thread([link = role.get()] { link->run(); });
  return role;
}

LinkRole::LinkRole(const LinkOptions& options, const Clock* clock)
    : clock_(clock),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      proxy_({options.spec, options.seed, options.http, options.on_exchange}, options.on_bucket,
             clock, wake_.get()) {}

LinkRole::~LinkRole() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake();
  thread_.join();
}

void LinkRole::run() {
  // The default slack of 50 us would be added to every delay.
  ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  while (!stopping_) {
    proxy_.poll();
    for (Pending& pending : take_commands()) {
      const Status status = proxy_.obey(pending.command);
      if (status) {
        pending.done.set_value(clock_->now());
      } else {
        pending.done.set_value(status.error());
      }
    }
  }
}

void LinkRole::wake() { CHECK(::eventfd_write(wake_.get(), 1) == 0); }

std::vector<LinkRole::Pending> LinkRole::take_commands() {
  const std::lock_guard lock(mutex_);
  return std::exchange(commands_, {});
}

Result<Instant> LinkRole::obey(const LinkCommand& command) {
  std::future<Result<Instant>> done;
  {
    const std::lock_guard lock(mutex_);
    commands_.push_back({command, {}});
    done = commands_.back().done.get_future();
  }
  wake();
  return done.get();
}

}  // namespace pushpull
