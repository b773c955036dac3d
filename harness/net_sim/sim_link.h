// A virtual link: what its connections share (both directions, their state) and what it counts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/time.h"
#include "harness/net/link_answer.h"
#include "harness/net/wan_model.h"

namespace pushpull {

// Not thread-safe. State changes go through SimNetwork, which tells the exchanges under way.
class SimLink {
 public:
  static constexpr Duration kBucket = Duration::milliseconds(100);
  struct Bucket {
    int64_t to_server = 0;  // bytes
    int64_t to_client = 0;
  };

  // `seed` decides jitter, loss and who is answered.
  SimLink(std::string name, const LinkSpec& spec, uint64_t seed = 0);
  SimLink(const SimLink&) = delete;  // flows point into it
  SimLink& operator=(const SimLink&) = delete;

  const std::string& name() const { return name_; }
  LinkState state() const { return state_; }
  // Times that all connections were reset: those opened before the latest are gone.
  uint64_t outages() const { return outages_; }

  WanFlow open_flow(Direction direction) { return WanFlow(wan_.path(direction)); }
  Duration draw_handshake() { return wan_.draw_handshake(); }
  // What a packet takes that way now.
  Duration one_way(Direction direction) { return wan_.path(direction)->shape().one_way; }
  void disturb(Direction direction, const Disturbance& disturbance) {
    wan_.disturb(direction, disturbance);
  }
  void set_answer(const std::optional<LinkAnswer>& answer) { answers_.set(answer); }
  std::optional<Response> answer() { return answers_.decide(); }
  void count_connection() { ++connections_; }
  // Bytes that passed the link evenly over `passage`.
  void count(Direction direction, const LinkPath::Passage& passage, int64_t bytes);

  int64_t connections_opened() const { return connections_; }
  int64_t bytes(Direction direction) const { return total_[index_of(direction)]; }
  // Bytes per 100 ms from first_bucket() on, up to the last bucket that has any.
  const std::vector<Bucket>& buckets() const { return buckets_; }
  // Start of buckets()[0]: a multiple of kBucket. Requires: something was counted.
  Instant first_bucket() const { return first_bucket_; }

 private:
  friend class SimNetwork;
  void set_state(LinkState state) { state_ = state; }
  void reset_connections() { ++outages_; }
  int64_t& slot(Direction direction, size_t bucket);

  std::string name_;
  LinkState state_ = LinkState::kUp;
  uint64_t outages_ = 0;
  int64_t connections_ = 0;
  WanLink wan_;
  LinkAnswers answers_;
  std::array<int64_t, 2> total_ = {};  // by Direction
  Instant first_bucket_;
  std::vector<Bucket> buckets_;
};

}  // namespace pushpull
