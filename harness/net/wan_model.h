// What a wide-area link does to TCP, sans-IO, and the one model of it: net_sim computes deliveries
// with it, the link role delays real bytes by it. It models the connection handshake, slow start
// and its restart after idleness, a bottleneck that all connections share, jitter, and loss with
// its repair. Not modelled: socket buffer limits, CUBIC's growth (Reno's instead), retransmitted
// bytes (a repair takes time, not bandwidth), tail loss probes. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "harness/base/random.h"
#include "harness/base/time.h"
#include "harness/net/link_spec.h"

namespace pushpull {

// One direction of a link: bytes leave in the order of arrival, one connection's after another's.
class LinkPath {
 public:
  struct Passage {
    Instant begin;  // the first byte leaves
    Instant end;    // the last byte has left
  };

  // `random` decides jitter and loss.
  explicit LinkPath(const PathShape& shape, Random random = Random(0, "link"))
      : shape_(shape), random_(random) {}

  const PathShape& shape() const { return shape_; }
  // For what is sent from now on.
  void change(const PathShape& shape) { shape_ = shape; }

  // Requires: `now` never goes back.
  Passage pass(Instant now, int64_t bytes);
  // Of `segments` in a row, how many pass before the first that is lost; nothing if none is.
  std::optional<int64_t> first_lost(int64_t segments);
  Duration draw_jitter();

 private:
  PathShape shape_;
  Random random_;
  Instant free_;
};

// Both directions, with the faults in force.
class WanLink {
 public:
  // Jitter and loss are drawn from one stream per direction, named after the link.
  WanLink(const LinkSpec& spec, uint64_t seed, const std::string& name);
  WanLink(const WanLink&) = delete;  // flows point into it
  WanLink& operator=(const WanLink&) = delete;

  LinkPath* path(Direction direction) { return &paths_[index_of(direction)]; }
  // In place of the direction's disturbance so far; for bytes sent from now on.
  void disturb(Direction direction, const Disturbance& disturbance);
  // From connect() to the first byte that may be sent: one round trip, and 1 s, 2 s, 4 s … for each
  // time that the SYN is lost.
  Duration draw_handshake();

 private:
  LinkSpec spec_;
  std::array<Disturbance, 2> disturbances_;  // by Direction
  std::array<LinkPath, 2> paths_;            // by Direction
};

// One direction of one connection. Bytes go in turns, one window per round trip as ack clocking
// spaces them:
// 1. A turn may begin once the one before it was acknowledged (its begin + RTT) and has left.
// 2. Bytes acknowledged enlarge the window when the turn used more than half of it (Linux's slow
//    start), so a busy connection doubles it every round trip.
// 3. A window that fills the link (bandwidth-delay product) grows no more: turns then follow each
//    other without a gap and the bandwidth alone limits the connection.
// 4. Where nothing shapes the link there are no turns: everything goes at once.
// 5. After kLeastTimeout + RTT without sending, the window starts over (Linux's
//    tcp_slow_start_after_idle, with its retransmission timeout on a path of steady round trips).
// 6. A burst (one send()) is late by one draw of jitter, and never overtakes the burst before it.
// 7. A lost segment with three more behind it in its burst is repaired one RTT later (fast
//    retransmit; further losses of the burst with it), else kLeastTimeout + RTT later. All that is
//    behind it waits for it, and so does the next turn.
// 8. The turn after a loss has half the window but at least two segments, after a timeout one; from
//    that half on, a turn adds one segment (Reno's congestion avoidance).
class WanFlow {
 public:
  static constexpr int64_t kSegment = 1448;                 // bytes of payload per Ethernet frame
  static constexpr int64_t kInitialWindow = 10 * kSegment;  // RFC 6928
  static constexpr int64_t kLargestBurst = 65536;           // as segmentation offload sends at once
  static constexpr int64_t kDuplicateAcks = 3;              // RFC 5681
  static constexpr Duration kLeastTimeout = Duration::milliseconds(200);  // Linux's TCP_RTO_MIN

  struct Sent {
    LinkPath::Passage passage;
    Instant delivered;  // the last byte is at the other end
  };

  // `path` is not owned and outlives the flow.
  explicit WanFlow(LinkPath* path) : path_(path) {}

  // Bytes the window lets through at `now`, possibly far more than anyone has; 0 means: ask again
  // at next_turn(). Requires: `now` never goes back.
  int64_t allowance(Instant now);
  // Sends them. Requires: 0 < bytes <= allowance(now).
  Sent send(Instant now, int64_t bytes);
  // When a used-up window opens again.
  Instant next_turn() const { return turn_end_; }
  Duration one_way() const { return path_->shape().one_way; }

 private:
  enum class Loss : uint8_t { kNone, kRepaired, kTimeout };

  void begin_turn(Instant now);
  void shrink();
  // How late the repair of what is lost of `bytes` is.
  Duration lose(int64_t bytes);

  LinkPath* path_;
  int64_t window_ = kInitialWindow;
  int64_t threshold_ = std::numeric_limits<int64_t>::max();  // where slow start ends
  int64_t sent_ = 0;                                         // of this turn
  Loss loss_ = Loss::kNone;                                  // the worst of this turn
  Instant turn_end_;                                         // see rule 1
  Instant begun_;                                            // turn of which nothing is sent yet
  Instant last_sent_;                                        // when the newest byte left
  Instant delivered_;                                        // when it arrives
};

}  // namespace pushpull
