#include "harness/head/slice_head.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {
namespace {

uint32_t words(const Layout& layout) { return (layout.size() + 63) / 64; }

}  // namespace

bool SliceHead::intersects(const Entry& entry, const Slice& slice) {
  if (entry.bits.empty()) return slice.count > 0;
  bool any = false;
  for_each_word(slice,
                [&](uint32_t word, uint64_t mask) { any |= (entry.bits[word] & mask) != 0; });
  return any;
}

const SliceHead::Entry* SliceHead::newest_with(const Entries& entries, uint32_t position) {
  for (const Entry& entry : entries) {
    if (entry.bits.empty() || (entry.bits[position / 64] >> (position % 64) & 1) != 0)
      return &entry;
  }
  return nullptr;
}

void SliceHead::examine(const Slice& slice, const TimeBounds& bounds, const Judged& judged) const {
  if (slice.count == 0) return;
  const Record& record = *slice.record;
  CHECK(record.timestamps.empty()) << "slices of the virtual engine have one timestamp per record";
  const auto it = by_layout_.find(record.layout.get());
  const bool mixed =
      it != by_layout_.end() && std::ranges::any_of(it->second, [&](const Entry& entry) {
        return entry.record->timestamp_ms >= record.timestamp_ms && intersects(entry, slice);
      });
  // The usual case: every position is new or has an older newest sample, so one verdict holds for
  // all.
  if (!mixed) return judged(slice, judge(nullptr, record.timestamp_ms, 0, bounds));

  judge_each(slice, judged,
             [&](uint32_t position) { return fate_of(it->second, record, position, bounds); });
}

Fate SliceHead::fate_of(const Entries& entries, const Record& record, uint32_t position,
                        const TimeBounds& bounds) {
  const Entry* entry = newest_with(entries, position);
  if (entry == nullptr) return judge(nullptr, record.timestamp_ms, 0, bounds);
  const int64_t newest_ms = entry->record->timestamp_ms;
  // Values are looked at (and generated) only where they decide.
  if (newest_ms != record.timestamp_ms) {
    const Newest newest = {newest_ms, 0};
    return judge(&newest, record.timestamp_ms, 0, bounds);
  }
  const Newest newest = {newest_ms, entry->record->value(position)};
  return judge(&newest, record.timestamp_ms, record.value(position), bounds);
}

void SliceHead::append(const Slice& slice, const TimeBounds& bounds, const Judged& judged) {
  std::vector<Slice> accepted;
  examine(slice, bounds, [&](const Slice& part, Fate fate) {
    if (fate == Fate::kStored) accepted.push_back(part);
    judged(part, fate);
  });
  for (const Slice& part : accepted) store(part);
}

void SliceHead::store(const Slice& slice) {
  const Layout* layout = slice.record->layout.get();
  const auto [place, is_new] = by_layout_.try_emplace(layout);
  if (is_new) order_.push_back(layout);
  Entries& entries = place->second;
  const int64_t timestamp = slice.record->timestamp_ms;
  max_timestamp_ms_ = std::max(max_timestamp_ms_, timestamp);
  const uint32_t size = slice.record->size();
  auto it = std::ranges::find_if(entries, [&](const Entry& e) { return e.record == slice.record; });
  if (it == entries.end()) {
    if (slice.count < size) prune(entries);
    it = std::ranges::find_if(entries,
                              [&](const Entry& e) { return e.record->timestamp_ms <= timestamp; });
    it = entries.insert(it, Entry{slice.record, {}, 0});
    if (slice.count < size) it->bits.resize(words(*slice.record->layout));
  }
  it->count += slice.count;
  if (it->count == size) {
    it->bits.clear();
    entries.erase(it + 1, entries.end());  // nothing older can be anyone's newest
    return;
  }
  for_each_word(slice, [&](uint32_t word, uint64_t mask) { it->bits[word] |= mask; });
}

// Drops entries all of whose positions have newer samples. Without it, series that stopped arriving
// would keep a record alive for each scrape.
void SliceHead::prune(Entries& entries) {
  if (entries.size() < 2) return;
  std::vector<uint64_t> covered = entries.front().bits;
  auto it = entries.begin() + 1;
  while (it != entries.end()) {
    bool visible = it->bits.empty();
    for (size_t w = 0; w < it->bits.size(); ++w) {
      visible |= (it->bits[w] & ~covered[w]) != 0;
      covered[w] |= it->bits[w];
    }
    it = visible ? it + 1 : entries.erase(it);
  }
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
        entry.bits.empty() && std::ranges::all_of(covered, [](uint64_t w) { return w == 0; });
    if (all) {
      if (visible) out.push_back(whole);
      return out;
    }
    for (uint32_t p = 0; p < layout.size(); ++p) {
      const uint64_t bit = uint64_t{1} << (p % 64);
      if ((covered[p / 64] & bit) != 0) continue;
      if (!entry.bits.empty() && (entry.bits[p / 64] & bit) == 0) continue;
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
