// A virtual link: what its connections share (both bottlenecks, up or down) and what it counts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/time.h"
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

  SimLink(std::string name, const LinkSpec& spec);
  SimLink(const SimLink&) = delete;  // flows point into it
  SimLink& operator=(const SimLink&) = delete;

  const std::string& name() const { return name_; }
  const LinkSpec& spec() const { return spec_; }
  bool up() const { return state_ == LinkState::kUp; }
  // Times the link went down: connections opened before the latest are gone.
  uint64_t outages() const { return outages_; }

  WanFlow open_flow(Direction direction);
  void count_connection() { ++connections_; }
  // Bytes that passed the link evenly over `passage`.
  void count(Direction direction, const Bottleneck::Passage& passage, int64_t bytes);

  int64_t connections_opened() const { return connections_; }
  int64_t bytes(Direction direction) const { return total_[index(direction)]; }
  // Bytes per 100 ms from first_bucket() on, up to the last bucket that has any.
  const std::vector<Bucket>& buckets() const { return buckets_; }
  // Start of buckets()[0]: a multiple of kBucket. Requires: something was counted.
  Instant first_bucket() const { return first_bucket_; }

 private:
  friend class SimNetwork;
  static size_t index(Direction direction) { return static_cast<size_t>(direction); }
  void set_state(LinkState state);
  int64_t& slot(Direction direction, size_t bucket);

  std::string name_;
  LinkSpec spec_;
  LinkState state_ = LinkState::kUp;
  uint64_t outages_ = 0;
  int64_t connections_ = 0;
  std::array<Bottleneck, 2> bottlenecks_;  // by Direction
  std::array<int64_t, 2> total_ = {};      // by Direction
  Instant first_bucket_;
  std::vector<Bucket> buckets_;
};

}  // namespace pushpull
