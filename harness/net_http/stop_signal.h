// One way to tell every thread of a transport or server to give up what it waits for.
#pragma once

#include <stop_token>

#include "harness/net_http/file_descriptor.h"

namespace pushpull {

// Raised once, never lowered. Thread-safe. Outlives the threads that wait with it.
class StopSignal {
 public:
  StopSignal();

  void raise();
  // Readable once raised: for poll.
  int fd() const { return event_.get(); }
  // For condition variables.
  std::stop_token token() const { return source_.get_token(); }

 private:
  FileDescriptor event_;
  std::stop_source source_;
};

}  // namespace pushpull
