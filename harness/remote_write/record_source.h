// What a sender reads: the WAL of its server, from the sender's own place on.
#pragma once

#include "harness/workload/record.h"

namespace pushpull {

// Loop thread only. Slices come in WAL order; each is a record or a part of one.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  // The next unread slice, or null at the end of what is committed. Valid until pop().
  virtual const Slice* peek() = 0;
  // Requires: peek() is not null.
  virtual void pop() = 0;
};

}  // namespace pushpull
