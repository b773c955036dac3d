// A network between leaf and central as scenarios describe it, and what faults do to it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "harness/base/time.h"

namespace pushpull {

// Seen from the client of a connection: the side that opened it.
enum class Direction { kToServer, kToClient };
inline constexpr std::array kDirections = {Direction::kToServer, Direction::kToClient};
constexpr size_t index_of(Direction direction) { return static_cast<size_t>(direction); }

enum class LinkState {
  kUp,
  kDown,       // open connections are reset, new ones refused
  kBlackhole,  // connects and bytes vanish; when it ends, what hung on the link is reset
};

struct LinkSpec {
  static constexpr double kMostLoss = 0.5;

  Duration rtt;           // of a small packet, >= 0
  int64_t bandwidth = 0;  // bit/s, each way; 0 = unlimited
  Duration jitter = {};   // each way: up to this much more delay, evenly distributed
  double loss = 0;        // each way: share of segments, 0 … kMostLoss
};

// What faults add to one direction; by default nothing.
struct Disturbance {
  Duration delay;
  Duration jitter = {};
  int64_t bandwidth = 0;  // a limit, beside the link's own; 0 = none
  double loss = 0;        // of what the link itself does not lose
};

// One direction of a link as it is now.
struct PathShape {
  Duration one_way;
  Duration rtt;  // the way back included
  Duration jitter;
  int64_t bandwidth = 0;
  double loss = 0;

  bool unshaped() const {
    return rtt == Duration() && jitter == Duration() && bandwidth == 0 && loss == 0;
  }
  // How long `bytes` keep it busy.
  Duration serialization(int64_t bytes) const;
  // Bytes that fill it for one round trip; 0 where bandwidth is unlimited.
  int64_t bandwidth_delay_product() const;
};

PathShape path_shape(const LinkSpec& spec, const Disturbance& here, const Disturbance& back);

}  // namespace pushpull
