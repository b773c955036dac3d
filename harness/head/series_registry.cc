#include "harness/head/series_registry.h"

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

Labels SeriesRegistry::labels(uint64_t ref) const {
  return wire::decode_labels(encoded(ref)).value();
}

std::string_view SeriesRegistry::encoded(uint64_t ref) const {
  CHECK(ref != kNone && ref <= size());
  const Place& place = places_[ref - 1];
  return std::string_view(blocks_[place.block]).substr(place.begin, place.size);
}

bool SeriesRegistry::matches(uint64_t ref, std::string_view region) const {
  return encoded(ref) == region;
}

uint64_t SeriesRegistry::find(std::string_view region, uint64_t hash) const {
  if (slots_.empty()) return kNone;
  const size_t mask = slots_.size() - 1;
  for (size_t i = hash & mask;; i = (i + 1) & mask) {
    if (slots_[i].ref == kNone) return kNone;
    if (slots_[i].hash == hash && matches(slots_[i].ref, region)) return slots_[i].ref;
  }
}

uint64_t SeriesRegistry::insert(std::string_view region, uint64_t hash) {
  if (slots_.size() * 3 <= (places_.size() + 1) * 4) grow();
  if (blocks_.empty() || blocks_.back().size() + region.size() > blocks_.back().capacity()) {
    blocks_.emplace_back().reserve(std::max(kBlockBytes, region.size()));
  }
  std::string& block = blocks_.back();
  places_.push_back({static_cast<uint32_t>(blocks_.size() - 1), static_cast<uint32_t>(block.size()),
                     static_cast<uint32_t>(region.size())});
  hashes_.push_back(hash);
  block.append(region);
  const size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  while (slots_[i].ref != kNone) i = (i + 1) & mask;
  slots_[i] = {hash, places_.size()};
  return places_.size();
}

void SeriesRegistry::grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? 64 : old.size() * 2, Slot());
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.ref == kNone) continue;
    size_t i = slot.hash & mask;
    while (slots_[i].ref != kNone) i = (i + 1) & mask;
    slots_[i] = slot;
  }
}

}  // namespace pushpull
