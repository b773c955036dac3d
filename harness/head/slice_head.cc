#include "harness/head/slice_head.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {
namespace {

uint32_t words(const Layout& layout) { return (layout.size() + 63) / 64; }

}  // namespace

const SliceHead::Entry* SliceHead::newest_with(const Entries& entries, uint32_t position) {
  for (const Entry& entry : entries) {
    if (entry.positions.contains(position)) return &entry;
  }
  return nullptr;
}

// Whether different positions of the slice may meet different fates: some newest sample is not
// older than the slice.
bool SliceHead::mixed(const Entries& entries, const Slice& slice) {
  for (const Entry& entry : entries) {
    if (entry.timestamp_ms < slice.record->timestamp_ms) return false;
    if (entry.positions.intersects(slice)) return true;
  }
  return false;
}

void SliceHead::examine(const Slice& slice, const TimeBounds& bounds, const Judged& judged) const {
  if (slice.count == 0) return;
  const Record& record = *slice.record;
  CHECK(record.timestamps.empty()) << "slices of the virtual engine have one timestamp per record";
  const auto it = by_layout_.find(record.layout.get());
  examine_in(it == by_layout_.end() ? nullptr : &it->second, slice, bounds, judged);
}

void SliceHead::examine_in(const Entries* entries, const Slice& slice, const TimeBounds& bounds,
                           const Judged& judged) {
  const Record& record = *slice.record;
  if (entries == nullptr || !mixed(*entries, slice))
    return judged(slice, judge(nullptr, record.timestamp_ms, 0, bounds));
  judge_each(slice, judged,
             [&](uint32_t position) { return fate_of(*entries, record, position, bounds); });
}

Fate SliceHead::fate_of(const Entries& entries, const Record& record, uint32_t position,
                        const TimeBounds& bounds) {
  const Entry* entry = newest_with(entries, position);
  if (entry == nullptr) return judge(nullptr, record.timestamp_ms, 0, bounds);
  const int64_t newest_ms = entry->timestamp_ms;
  // Values are looked at (and generated) only where they decide.
  if (newest_ms != record.timestamp_ms) {
    const Newest newest = {newest_ms, 0};
    return judge(&newest, record.timestamp_ms, 0, bounds);
  }
  const Newest newest = {newest_ms, entry->record->value(position)};
  return judge(&newest, record.timestamp_ms, record.value(position), bounds);
}

void SliceHead::append(const Slice& slice, const TimeBounds& bounds, const Judged& judged) {
  if (slice.count == 0) return;
  const Layout* layout = slice.record->layout.get();
  const auto [place, is_new] = by_layout_.try_emplace(layout);
  if (is_new) order_.push_back(layout);
  Entries& entries = place->second;
  if (!mixed(entries, slice)) {
    const Fate fate = judge(nullptr, slice.record->timestamp_ms, 0, bounds);
    if (fate == Fate::kStored) store_in(entries, slice);
    return judged(slice, fate);
  }
  std::vector<Slice> accepted;
  examine_in(&entries, slice, bounds, [&](const Slice& part, Fate fate) {
    if (fate == Fate::kStored) accepted.push_back(part);
    judged(part, fate);
  });
  for (const Slice& part : accepted) store_in(entries, part);
}

void SliceHead::store_in(Entries& entries, const Slice& slice) {
  const int64_t timestamp = slice.record->timestamp_ms;
  max_timestamp_ms_ = std::max(max_timestamp_ms_, timestamp);
  auto it = std::ranges::find_if(entries, [&](const Entry& e) { return e.record == slice.record; });
  if (it == entries.end()) {
    prune(entries);
    it = std::ranges::find_if(entries, [&](const Entry& e) { return e.timestamp_ms <= timestamp; });
    it = entries.insert(it, Entry{timestamp, slice.record, PositionSet(slice.record->size())});
  }
  it->positions.add(slice);
  if (it->positions.full()) entries.erase(it + 1, entries.end());  // can be nobody's newest
}

// Drops entries all of whose positions have newer samples. Without it, series that stopped arriving
// would keep a record alive for each scrape. Now and then is enough.
void SliceHead::prune(Entries& entries) {
  if (entries.size() < kPruneAt) return;
  std::vector<uint64_t> covered(entries.front().positions.words());
  std::erase_if(entries, [&](const Entry& entry) {
    bool visible = false;
    for (uint32_t w = 0; w < covered.size(); ++w) {
      const uint64_t bits = entry.positions.word(w);
      visible |= (bits & ~covered[w]) != 0;
      covered[w] |= bits;
    }
    return !visible;
  });
}

std::vector<Slice> SliceHead::newest(const Layout& layout, int64_t now_ms,
                                     Duration lookback) const {
  std::vector<Slice> out;
  const auto it = by_layout_.find(&layout);
  if (it == by_layout_.end()) return out;
  std::vector<uint64_t> covered(words(layout));
  for (const Entry& entry : it->second) {
    const Record& record = *entry.record;
    const bool visible = visible_at(now_ms, lookback, record.timestamp_ms, record.stale_markers);
    const Slice whole = Slice::whole(entry.record);
    const bool all =
        entry.positions.full() && std::ranges::all_of(covered, [](uint64_t w) { return w == 0; });
    if (all) {
      if (visible) out.push_back(whole);
      return out;
    }
    for (uint32_t p = 0; p < layout.size(); ++p) {
      const uint64_t bit = uint64_t{1} << (p % 64);
      if ((covered[p / 64] & bit) != 0) continue;
      if (!entry.positions.contains(p)) continue;
      covered[p / 64] |= bit;
      if (!visible) continue;
      const bool extends = !out.empty() && out.back().record == entry.record &&
                           out.back().first + out.back().count == p;
      if (extends) {
        ++out.back().count;
      } else {
        out.push_back({entry.record, whole.positions, p, 1});
      }
    }
  }
  return out;
}

}  // namespace pushpull
