#include "harness/head/exemplar_storage.h"

#include <xxhash.h>

#include <algorithm>
#include <string>

namespace pushpull {
namespace {

constexpr size_t kMaxLabelCharacters = 128;

size_t characters(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool takes(const Labels& labels) {
  size_t size = 0;
  for (const Label& label : labels) size += characters(label.name) + characters(label.value);
  return size <= kMaxLabelCharacters && !labels.has_duplicate_names();
}

// labels.Labels.Hash: the order of exemplars that differ in their labels only.
uint64_t order_of(const Labels& labels) {
  std::string bytes;
  for (const Label& label : labels) ((bytes += label.name) += '\xff').append(label.value) += '\xff';
  return XXH64(bytes.data(), bytes.size(), 0);
}

// Times that the scrape made up do not tell exemplars apart.
bool same(const Exemplar& a, const Exemplar& b) {
  const bool same_time = (!a.dated && !b.dated) || a.timestamp_ms == b.timestamp_ms;
  return same_time && a.value == b.value && a.labels == b.labels;
}

}  // namespace

ExemplarStorage::ExemplarStorage(int64_t max, bool shared_timestamps)
    : max_(static_cast<size_t>(std::max<int64_t>(max, 0))), shared_timestamps_(shared_timestamps) {}

Fate ExemplarStorage::judge(uint64_t ref, const Exemplar& exemplar) const {
  if (!enabled()) return Fate::kDuplicate;  // taken, and nothing comes of it
  if (!takes(exemplar.labels)) return Fate::kOutOfBounds;
  const auto known = newest_.find(ref);
  if (known == newest_.end()) return Fate::kStored;
  const Exemplar& newest = entries_[known->second].exemplar;
  if (same(newest, exemplar)) return Fate::kDuplicate;
  if (exemplar.timestamp_ms != newest.timestamp_ms) {
    return exemplar.timestamp_ms < newest.timestamp_ms ? Fate::kOutOfOrder : Fate::kStored;
  }
  const bool before =
      exemplar.value < newest.value ||
      (exemplar.value == newest.value && order_of(exemplar.labels) < order_of(newest.labels));
  return before || !shared_timestamps_ ? Fate::kOutOfOrder : Fate::kStored;
}

Fate ExemplarStorage::add(uint64_t ref, const Exemplar& exemplar) {
  const Fate fate = judge(ref, exemplar);
  if (fate != Fate::kStored) return fate;
  if (entries_.size() < max_) {
    newest_[ref] = entries_.size();
    entries_.push_back({ref, exemplar});
    return fate;
  }
  // Its series has no exemplar any more if this was the newest.
  const auto oldest = newest_.find(entries_[next_].ref);
  if (oldest != newest_.end() && oldest->second == next_) newest_.erase(oldest);
  entries_[next_] = {ref, exemplar};
  newest_[ref] = next_;
  next_ = (next_ + 1) % max_;
  return fate;
}

}  // namespace pushpull
