// The whole synthetic workload: every target of every leaf, and the way back from labels to series.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/base/result.h"
#include "harness/workload/shape_index.h"
#include "harness/workload/target.h"

namespace pushpull {

struct WorkloadSpec {
  uint32_t leaves = 1;
  uint32_t targets = 1;  // per leaf
  uint64_t series = 1;   // per leaf, spread evenly: two targets differ by one series at most
  uint64_t seed = 0;
  std::string labels = "kubernetes";  // the profile
  ChurnSpec churn = {};
};

// A series of a target.
struct SeriesPlace {
  uint32_t position = 0;
  uint64_t generation = 0;
  bool operator==(const SeriesPlace&) const = default;
};

// Movable; targets stay where they are. The targets may be read by any thread; place_of is for
// the loop thread.
class Workload {
 public:
  // Fails if the numbers do not fit together or the profile is not known.
  static Result<Workload> make(const WorkloadSpec& spec);

  uint32_t leaves() const { return leaves_; }
  std::span<const Target> targets() const { return targets_; }
  // Leaf l owns the ids from l * targets per leaf on. Requires: leaf < leaves().
  std::span<const Target> targets_of(uint32_t leaf) const;
  // Requires: id < targets().size().
  const Target& target(uint32_t id) const;
  uint64_t series() const { return series_; }

  // The target with this instance label.
  std::optional<uint32_t> target_of(std::string_view instance) const;
  // A stored series of this target, of any generation: labels as stored_labels() has them, in any
  // company (external labels). Nothing where the target has no such series. Builds an index at a
  // shape's first use, then costs some hash look-ups.
  std::optional<SeriesPlace> place_of(uint32_t target, const Labels& stored) const;

 private:
  Workload() = default;

  uint32_t leaves_ = 0;
  uint64_t series_ = 0;
  std::vector<Target> targets_;  // by id
  std::unordered_map<std::string, uint32_t> by_instance_;
  mutable std::unordered_map<const Shape*, std::unique_ptr<ShapeIndex>> indexes_;
};

}  // namespace pushpull
