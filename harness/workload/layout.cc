#include "harness/workload/layout.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {

uint32_t ShardPositions::rank_at(uint32_t position) const {
  if (list_.empty()) {
    if (position <= start_) return 0;
    return std::min(count_, (position - start_ + stride_ - 1) / stride_);
  }
  return static_cast<uint32_t>(std::ranges::lower_bound(list_, position) - list_.begin());
}

Layout::Layout(uint64_t first_ref, uint32_t size, const Target* target,
               const Generations& generations)
    : first_ref_(first_ref), size_(size), target_(target), generations_(generations) {
  in_order_.count_ = size_;
}

Layout::Layout(std::vector<uint64_t> refs, const Target* target)
    : size_(static_cast<uint32_t>(refs.size())), refs_(std::move(refs)), target_(target) {
  in_order_.count_ = size_;
}

std::shared_ptr<const Layout> Layout::after(const Layout& before, const Generations& generations,
                                            uint64_t next_ref) {
  std::vector<uint64_t> refs(before.size());
  for (uint32_t p = 0; p < before.size(); ++p) refs[p] = before.ref(p);
  for (const PositionRange& range :
       changed_positions(before.generations_, generations, before.size())) {
    for (uint32_t p = range.begin; p < range.end; ++p) refs[p] = next_ref++;
  }
  auto layout = std::make_shared<Layout>(std::move(refs), before.target_);
  layout->generations_ = generations;
  layout->root_ = before.lineage()->shared_from_this();
  return layout;
}

const std::vector<ShardPositions>& Layout::shard_positions(uint32_t shards) const {
  CHECK(shards > 0);
  for (const auto& known : by_shards_) {
    if (known->size() == shards) return *known;
  }
  by_shards_.push_back(std::make_unique<const std::vector<ShardPositions>>(divide(shards)));
  return *by_shards_.back();
}

const LayoutPart& Layout::part(std::vector<uint32_t> positions) const {
  for (const auto& known : parts_) {
    if (known->in_order_.list_ == positions) return *known;
  }
  parts_.emplace_back(new LayoutPart(*this, std::move(positions)));
  return *parts_.back();
}

LayoutPart::LayoutPart(const Layout& layout, std::vector<uint32_t> positions) : layout_(layout) {
  CHECK(positions.empty() || positions.back() < layout.size());
  in_order_.count_ = static_cast<uint32_t>(positions.size());
  in_order_.list_ = std::move(positions);
}

const std::vector<ShardPositions>& LayoutPart::shard_positions(uint32_t shards) const {
  CHECK(shards > 0);
  for (const auto& known : by_shards_) {
    if (known->size() == shards) return *known;
  }
  std::vector<ShardPositions> all(shards);
  for (const uint32_t position : in_order_.list_) {
    all[layout_.ref(position) % shards].list_.push_back(position);
  }
  for (ShardPositions& one : all) one.count_ = static_cast<uint32_t>(one.list_.size());
  by_shards_.push_back(std::make_unique<const std::vector<ShardPositions>>(std::move(all)));
  return *by_shards_.back();
}

std::vector<ShardPositions> Layout::divide(uint32_t shards) const {
  std::vector<ShardPositions> all(shards);
  const bool strided = refs_.empty() || shards == 1;
  for (uint32_t i = 0; i < size_ && !strided; ++i) {
    all[refs_[i] % shards].list_.push_back(i);
  }
  const uint64_t first_shard = shards == 1 ? 0 : first_ref_ % shards;
  for (uint32_t s = 0; s < shards; ++s) {
    ShardPositions& p = all[s];
    if (strided) {
      p.start_ = static_cast<uint32_t>((s + shards - first_shard) % shards);
      p.stride_ = shards;
      p.count_ = p.start_ < size_ ? (size_ - p.start_ - 1) / shards + 1 : 0;
    } else {
      p.count_ = static_cast<uint32_t>(p.list_.size());
    }
  }
  return all;
}

}  // namespace pushpull
