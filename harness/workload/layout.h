// A layout is the list of series that one scrape of one target yields, in exposition order, as one
// server numbered them (its head's series refs). Records of a target share it until its series
// change: then the next layout of the same lineage follows, with the refs of the series that stay
// where they were.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "harness/workload/churn.h"

namespace pushpull {

class Target;

// Which positions of a layout belong to one shard of `ref mod shards`, ascending. A rank is an
// index into that list. Lives as long as the layout that made it.
class ShardPositions {
 public:
  uint32_t count() const { return count_; }
  // Requires: rank < count().
  uint32_t position(uint32_t rank) const {
    return list_.empty() ? start_ + rank * stride_ : list_[rank];
  }
  // The first rank whose position is >= `position`; count() if there is none.
  uint32_t rank_at(uint32_t position) const;
  // True if position(rank) == start + rank * stride for every rank.
  bool strided() const { return list_.empty(); }
  uint32_t start() const { return start_; }
  uint32_t stride() const { return stride_; }

 private:
  friend class Layout;
  friend class LayoutPart;
  uint32_t start_ = 0;
  uint32_t stride_ = 1;
  uint32_t count_ = 0;
  std::vector<uint32_t> list_;  // empty where strided
};

class Layout;

// Some positions of a layout, and how they are dealt out to shards: what a sender that does not
// ship all series cuts its slices from. Lives as long as the layout, which makes it.
class LayoutPart {
 public:
  uint32_t count() const { return in_order_.count(); }
  const ShardPositions& in_order() const { return in_order_; }
  // As Layout::shard_positions().
  const std::vector<ShardPositions>& shard_positions(uint32_t shards) const;

 private:
  friend class Layout;
  LayoutPart(const Layout& layout, std::vector<uint32_t> positions);

  const Layout& layout_;
  ShardPositions in_order_;
  mutable std::vector<std::unique_ptr<const std::vector<ShardPositions>>> by_shards_;
};

// Always owned by a shared_ptr: records share it, and caches by layout hold it weakly.
class Layout : public std::enable_shared_from_this<Layout> {
 public:
  // Contiguous refs first_ref … first_ref+size-1. `target` is the generator whose series these are,
  // position by position, or null for foreign and leaf-made series; `generations` are those of its
  // series. Not owned; outlives the layout.
  Layout(uint64_t first_ref, uint32_t size, const Target* target,
         const Generations& generations = {});
  // Any refs.
  explicit Layout(std::vector<uint64_t> refs, const Target* target = nullptr);
  // What follows `before` where the target has series of `generations` instead: each position that
  // changed gets the next ref from `next_ref` on, in order.
  static std::shared_ptr<const Layout> after(const Layout& before, const Generations& generations,
                                             uint64_t next_ref);

  uint32_t size() const { return size_; }
  uint64_t ref(uint32_t position) const {
    return refs_.empty() ? first_ref_ + position : refs_[position];
  }
  const Target* target() const { return target_; }
  const Generations& generations() const { return generations_; }
  // The first layout of the lineage: the same for all layouts that hold, position by position, the
  // same series or successors of them.
  const Layout* lineage() const { return root_ == nullptr ? this : root_.get(); }
  // Whether a position is the same series in both. Requires: one lineage.
  bool same_series(const Layout& other, uint32_t position) const {
    return generations_.of(position) == other.generations_.of(position);
  }

  // All positions in exposition order: shard 0 of 1. Any thread.
  const ShardPositions& in_order() const { return in_order_; }
  // Positions of each shard for `shards` shards; built at first use and kept. Loop thread only;
  // what it returns is immutable and may be read by any thread while the layout lives.
  const std::vector<ShardPositions>& shard_positions(uint32_t shards) const;
  // The part of these positions, ascending; equal ones are one part. Loop thread only.
  const LayoutPart& part(std::vector<uint32_t> positions) const;

 private:
  std::vector<ShardPositions> divide(uint32_t shards) const;

  uint64_t first_ref_ = 0;
  uint32_t size_ = 0;
  std::vector<uint64_t> refs_;  // empty where contiguous
  const Target* target_ = nullptr;
  Generations generations_;
  std::shared_ptr<const Layout> root_;  // null where it is this one
  ShardPositions in_order_;
  // One entry per number of shards that was ever asked for: few.
  mutable std::vector<std::unique_ptr<const std::vector<ShardPositions>>> by_shards_;
  mutable std::vector<std::unique_ptr<const LayoutPart>> parts_;  // few: two a destination
};

}  // namespace pushpull
