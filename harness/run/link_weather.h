// How the link's directions are disturbed by the faults in force.
#pragma once

#include <array>

#include "harness/net/link_spec.h"
#include "harness/scenario/fault.h"

namespace pushpull {

// For faults of kind latency, bandwidth and packet_loss; others are a programmer's error.
class LinkWeather {
 public:
  // `push`: leaves open the connections, so what heads for the central heads for the server.
  explicit LinkWeather(bool push) : push_(push) {}

  void begin(const Fault& fault) { set(fault, true); }
  void end(const Fault& fault) { set(fault, false); }
  const Disturbance& of(Direction direction) const { return now_[index_of(direction)]; }

 private:
  bool concerns(const Fault& fault, Direction direction) const;
  void set(const Fault& fault, bool in_force);

  bool push_;
  std::array<Disturbance, 2> now_;  // by Direction
};

}  // namespace pushpull
