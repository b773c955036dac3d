#include "harness/head/series_registry.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "harness/base/check.h"
#include "harness/wire/write_request.h"

namespace pushpull {
namespace {

constexpr size_t kBlockBytes = 4 << 20;

std::string encode(const Labels& labels) {
  std::string out;
  wire::encode_labels(labels, out);
  return out;
}

}  // namespace

uint64_t SeriesRegistry::ref(const Labels& labels) {
  const std::string region = encode(labels);
  const uint64_t hash = wire::hash_of_labels(region);
  const uint64_t known = find(region, hash);
  return known != kNone ? known : insert(region, hash);
}

Result<uint64_t> SeriesRegistry::look_up(std::string_view region, uint64_t hash) {
  const uint64_t known = find(region, hash);
  if (known != kNone) return known;
  Result<Labels> labels = wire::decode_labels(region);
  if (!labels) return labels.error();
  return ref(*labels);
}

Status SeriesRegistry::restore(uint64_t ref, std::string_view region) {
  const uint64_t hash = wire::hash_of_labels(region);
  const Result<Labels> labels = wire::decode_labels(region);
  if (!labels) return labels.error();
  if (find(region, hash) != kNone) return Error{"the same series twice"};
  resume_after(ref - 1);
  insert(region, hash);
  return {};
}

void SeriesRegistry::resume_after(uint64_t ref) {
  CHECK(ref >= last_ref_) << "refs are not used again";
  forgotten_ += ref - last_ref_;
  last_ref_ = ref;
}

Labels SeriesRegistry::labels(uint64_t ref) const {
  return wire::decode_labels(encoded(ref)).value();
}

std::string_view SeriesRegistry::encoded(uint64_t ref) const {
  const Place* place = places_.find(ref);
  CHECK(place != nullptr) << "labels of a series that is not known";
  return std::string_view(blocks_[place->block]).substr(place->begin, place->size);
}

uint64_t SeriesRegistry::find(std::string_view region, uint64_t hash) const {
  if (slots_.empty()) return kNone;
  const size_t mask = slots_.size() - 1;
  for (size_t i = hash & mask;; i = (i + 1) & mask) {
    if (slots_[i].ref == kNone) return kNone;
    if (slots_[i].hash == hash && encoded(slots_[i].ref) == region) return slots_[i].ref;
  }
}

uint64_t SeriesRegistry::insert(std::string_view region, uint64_t hash) {
  const uint64_t ref = ++last_ref_;
  places_.put(ref, store(region));
  hashes_.put(ref, hash);
  known_bytes_ += region.size();
  if (slots_.size() * 3 < size() * 4) {
    rebuild_slots();
  } else {
    occupy_slot(hash, ref);
  }
  return ref;
}

SeriesRegistry::Place SeriesRegistry::store(std::string_view region) {
  if (blocks_.empty() || blocks_.back().size() + region.size() > blocks_.back().capacity()) {
    blocks_.emplace_back().reserve(std::max(kBlockBytes, region.size()));
  }
  std::string& block = blocks_.back();
  const Place place = {static_cast<uint32_t>(blocks_.size() - 1),
                       static_cast<uint32_t>(block.size()), static_cast<uint32_t>(region.size())};
  block.append(region);
  label_bytes_ += region.size();
  return place;
}

void SeriesRegistry::occupy_slot(uint64_t hash, uint64_t ref) {
  const size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  while (slots_[i].ref != kNone) i = (i + 1) & mask;
  slots_[i] = {hash, ref};
}

// At most half full, so that half as many again find room.
void SeriesRegistry::rebuild_slots() {
  slots_.assign(std::bit_ceil(std::max<uint64_t>(64, size() * 2)), Slot());
  hashes_.for_each([&](uint64_t ref, uint64_t hash) { occupy_slot(hash, ref); });
}

void SeriesRegistry::forget(std::span<const uint64_t> refs) {
  if (refs.empty()) return;
  for (const uint64_t ref : refs) {
    known_bytes_ -= encoded(ref).size();
    places_.erase(ref);
    hashes_.erase(ref);
  }
  forgotten_ += refs.size();
  rebuild_slots();
  if (label_bytes_ > 2 * known_bytes_) compact();
}

// Copies the labels that are known to new blocks. Refs ascend as their labels do, so a block that
// is passed can go at once.
void SeriesRegistry::compact() {
  std::vector<std::string> old = std::exchange(blocks_, {});
  label_bytes_ = 0;
  uint32_t passed = 0;
  RefTable<Place> moved;
  places_.for_each([&](uint64_t ref, const Place& place) {
    while (passed < place.block) std::string().swap(old[passed++]);
    moved.put(ref, store(std::string_view(old[place.block]).substr(place.begin, place.size)));
  });
  places_ = std::move(moved);
}

}  // namespace pushpull
