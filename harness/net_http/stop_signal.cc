#include "harness/net_http/stop_signal.h"

#include <sys/eventfd.h>

#include "harness/base/check.h"

namespace pushpull {

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC)) {
  CHECK(event_.is_open()) << "eventfd: this process has no file descriptors left";
}

void StopSignal::raise() {
  source_.request_stop();
  CHECK(::eventfd_write(event_.get(), 1) == 0);
}

}  // namespace pushpull
