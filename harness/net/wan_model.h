// What a wide-area link does to TCP, sans-IO, and the one model of it: net_sim computes deliveries
// with it, the link role delays real bytes by it. It models the connection handshake (one round
// trip), slow start and its restart after idleness, and a bottleneck that all connections share.
// Not modelled: loss, jitter, socket buffer limits, congestion avoidance. Not thread-safe.
#pragma once

#include <cstdint>

#include "harness/base/time.h"

namespace pushpull {

// Seen from the client of a connection: the side that opened it.
enum class Direction { kToServer, kToClient };

enum class LinkState {
  kUp,
  kDown,  // open connections are reset, new ones refused
};

struct LinkSpec {
  Duration rtt;           // >= 0
  int64_t bandwidth = 0;  // bit/s, each way; 0 = unlimited

  bool unshaped() const { return rtt == Duration() && bandwidth == 0; }
  Duration one_way() const { return rtt / 2; }
  // From connect() to the first byte that may be sent.
  Duration handshake() const { return rtt; }
  // How long `bytes` keep the link busy.
  Duration serialization(int64_t bytes) const;
  // Bytes that fill the link for one round trip; 0 where bandwidth is unlimited.
  int64_t bandwidth_delay_product() const;
};

// One direction of a link: bytes leave in the order of arrival, one connection's after another's.
class Bottleneck {
 public:
  struct Passage {
    Instant begin;  // the first byte leaves
    Instant end;    // the last byte has left
  };

  explicit Bottleneck(const LinkSpec& spec) : spec_(spec) {}

  // Requires: `now` never goes back.
  Passage pass(Instant now, int64_t bytes);

 private:
  LinkSpec spec_;
  Instant free_;
};

// One direction of one connection. Bytes go in turns, one window per round trip as ack clocking
// spaces them:
// 1. A turn may begin once the one before it was acknowledged (its begin + RTT) and has left.
// 2. Bytes acknowledged enlarge the window when the turn used more than half of it (Linux's slow
//    start), so a busy connection doubles it every round trip.
// 3. A window that fills the link (bandwidth-delay product) grows no more: turns then follow each
//    other without a gap and the bandwidth alone limits the connection.
// 4. Where neither RTT nor bandwidth is given there are no turns: everything goes at once.
// 5. After kIdleFloor + RTT without sending, the window starts over (Linux's
//    tcp_slow_start_after_idle, with its retransmission timeout on a path of steady round trips).
class WanFlow {
 public:
  static constexpr int64_t kSegment = 1448;                 // bytes of payload per Ethernet frame
  static constexpr int64_t kInitialWindow = 10 * kSegment;  // RFC 6928
  static constexpr int64_t kLargestBurst = 65536;           // as segmentation offload sends at once
  static constexpr Duration kIdleFloor = Duration::milliseconds(200);

  struct Sent {
    Bottleneck::Passage passage;
    Instant delivered;  // the last byte is at the other end
  };

  // `bottleneck` is not owned and outlives the flow.
  WanFlow(const LinkSpec& spec, Bottleneck* bottleneck) : spec_(spec), bottleneck_(bottleneck) {}

  // Bytes the window lets through at `now`, possibly far more than anyone has; 0 means: ask again
  // at next_turn(). Requires: `now` never goes back.
  int64_t allowance(Instant now);
  // Sends them. Requires: 0 < bytes <= allowance(now).
  Sent send(Instant now, int64_t bytes);
  // When a used-up window opens again.
  Instant next_turn() const { return turn_end_; }

 private:
  void begin_turn(Instant now);

  LinkSpec spec_;
  Bottleneck* bottleneck_;
  int64_t window_ = kInitialWindow;
  int64_t sent_ = 0;   // of this turn
  Instant turn_end_;   // see rule 1
  Instant last_sent_;  // when the newest byte left
};

}  // namespace pushpull
