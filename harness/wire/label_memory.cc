#include "harness/wire/label_memory.h"

#include <algorithm>
#include <utility>

namespace pushpull::wire {

namespace {

// Of one place and as much again that is free, about.
constexpr size_t kEntryBytes = 64;
constexpr size_t kFewestPlaces = 64;
// Chains begin at one hash in 64: the bits that say so tell none from another.
constexpr int kBeginningBits = 6;

}  // namespace

size_t LabelMemory::place_of(uint64_t hash) const {
  const size_t mask = places_.size() - 1;
  size_t place = hash >> kBeginningBits & mask;
  while (places_[place].chain != nullptr && places_[place].hash != hash) place = (place + 1) & mask;
  return place;
}

void LabelMemory::grow() {
  std::vector<Place> old(std::max(kFewestPlaces, places_.size() * 2));
  old.swap(places_);
  for (Place& place : old) {
    if (place.chain != nullptr) places_[place_of(place.hash)] = std::move(place);
  }
}

std::shared_ptr<const LabelChain> LabelMemory::find(const SeenLabels& first) const {
  std::shared_ptr<const LabelChain> chain;
  {
    const std::lock_guard lock(mutex_);
    if (!places_.empty()) chain = places_[place_of(first.hash)].chain;
  }
  if (chain != nullptr && chain->first() != first.region) chain = nullptr;
  return chain;
}

void LabelMemory::prefetch_place(uint64_t hash) const {
  const std::lock_guard lock(mutex_);
  if (!places_.empty()) __builtin_prefetch(&places_[hash >> kBeginningBits & (places_.size() - 1)]);
}

void LabelMemory::prefetch_chain(uint64_t hash) const {
  const std::lock_guard lock(mutex_);
  if (!places_.empty()) __builtin_prefetch(places_[place_of(hash)].chain.get());
}

void LabelMemory::prefetch_contents(uint64_t hash) const {
  const std::lock_guard lock(mutex_);
  if (places_.empty()) return;
  const LabelChain* chain = places_[place_of(hash)].chain.get();
  if (chain != nullptr) chain->prefetch();
}

void LabelMemory::remember(uint64_t hash, std::shared_ptr<const LabelChain> chain) {
  const size_t size = kEntryBytes + chain->bytes();
  std::vector<Place> forgotten;  // freed unlocked
  const std::lock_guard lock(mutex_);
  if (bytes_ + size > max_bytes_) {
    forgotten.swap(places_);
    taken_ = bytes_ = 0;
  }
  if (size > max_bytes_) return;
  if (places_.size() < 2 * (taken_ + 1)) grow();
  Place& place = places_[place_of(hash)];
  if (place.chain != nullptr) {
    bytes_ -= kEntryBytes + place.chain->bytes();
  } else {
    ++taken_;
  }
  bytes_ += size;
  place.hash = hash;
  place.chain.swap(chain);
}

size_t LabelMemory::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace pushpull::wire
