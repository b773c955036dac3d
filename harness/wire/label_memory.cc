#include "harness/wire/label_memory.h"

#include <utility>

namespace pushpull::wire {

namespace {

// Of one entry of the table, about.
constexpr size_t kEntryBytes = 64;

}  // namespace

std::shared_ptr<const LabelChain> LabelMemory::find(const SeenLabels& first) const {
  std::shared_ptr<const LabelChain> chain;
  {
    const std::lock_guard lock(mutex_);
    const auto known = chains_.find(first.hash);
    if (known != chains_.end()) chain = known->second;
  }
  if (chain != nullptr && chain->first() != first.region) chain = nullptr;
  return chain;
}

void LabelMemory::remember(uint64_t hash, std::shared_ptr<const LabelChain> chain) {
  const size_t size = kEntryBytes + chain->bytes();
  std::unordered_map<uint64_t, std::shared_ptr<const LabelChain>> forgotten;  // freed unlocked
  const std::lock_guard lock(mutex_);
  if (bytes_ + size > max_bytes_) {
    forgotten.swap(chains_);
    bytes_ = 0;
  }
  if (size > max_bytes_) return;
  std::shared_ptr<const LabelChain>& known = chains_[hash];
  if (known != nullptr) bytes_ -= kEntryBytes + known->bytes();
  bytes_ += size;
  known.swap(chain);
}

size_t LabelMemory::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace pushpull::wire
