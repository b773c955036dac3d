#include "harness/head/slice_head.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {
namespace {

uint32_t words(const Layout& layout) { return (layout.size() + 63) / 64; }

// One bit for each position that is another series in `b`. Requires: one lineage.
std::vector<uint64_t> other_series(const Layout& a, const Layout& b) {
  std::vector<uint64_t> bits(words(a));
  for (const PositionRange& range : changed_positions(a.generations(), b.generations(), a.size())) {
    internal::for_each_strided_word(range.begin, 1, range.size(),
                                    [&](uint32_t word, uint64_t mask) { bits[word] |= mask; });
  }
  return bits;
}

bool any(const std::vector<uint64_t>& bits) {
  return std::ranges::any_of(bits, [](uint64_t word) { return word != 0; });
}

}  // namespace

bool SliceHead::has(const Entry& entry, uint32_t position) {
  return entry.bits.empty() || (entry.bits[position / 64] >> (position % 64) & 1) != 0;
}

// Whether any of the samples may not be newer than all of its series.
bool SliceHead::contradicts(const Entries& entries, const Slice& slice) {
  return std::ranges::any_of(entries, [&](const Entry& entry) {
    if (entry.record->timestamp_ms < slice.record->timestamp_ms) return false;
    if (entry.bits.empty()) return slice.count > 0;
    bool intersects = false;
    for_each_word(
        slice, [&](uint32_t word, uint64_t mask) { intersects |= (entry.bits[word] & mask) != 0; });
    return intersects;
  });
}

const SliceHead::Entry* SliceHead::newest_with(const Lineage& lineage, const Layout& layout,
                                               uint32_t position) {
  if (lineage.newest->same_series(layout, position)) {
    for (const Entry& entry : lineage.entries) {
      if (has(entry, position)) return &entry;
    }
    return nullptr;
  }
  const Entry* newest = nullptr;
  for (const Entry& entry : lineage.ended) {
    if (!has(entry, position) || !entry.record->layout->same_series(layout, position)) continue;
    if (newest == nullptr || entry.record->timestamp_ms > newest->record->timestamp_ms)
      newest = &entry;
  }
  return newest;
}

void SliceHead::examine(const Slice& slice, const TimeBounds& bounds, const Judged& judged) const {
  if (slice.count == 0) return;
  const Record& record = *slice.record;
  CHECK(record.timestamps.empty()) << "slices of the virtual engine have one timestamp per record";
  const auto it = by_lineage_.find(record.layout->lineage());
  const bool mixed = it != by_lineage_.end() && (contradicts(it->second.entries, slice) ||
                                                 contradicts(it->second.ended, slice));
  // The usual case: every position is new or has an older newest sample, so one verdict holds for
  // all.
  if (!mixed) return judged(slice, judge(nullptr, record.timestamp_ms, 0, bounds));

  judge_each(slice, judged,
             [&](uint32_t position) { return fate_of(it->second, record, position, bounds); });
}

Fate SliceHead::fate_of(const Lineage& lineage, const Record& record, uint32_t position,
                        const TimeBounds& bounds) {
  const Entry* entry = newest_with(lineage, *record.layout, position);
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

// The entry of this record; an empty one if there was none.
SliceHead::Entries::iterator SliceHead::entry_for(Entries& entries, const RecordPtr& record) {
  auto it = std::ranges::find_if(entries, [&](const Entry& e) { return e.record == record; });
  if (it != entries.end()) return it;
  it = std::ranges::find_if(
      entries, [&](const Entry& e) { return e.record->timestamp_ms <= record->timestamp_ms; });
  return entries.insert(it, Entry{record, std::vector<uint64_t>(words(*record->layout)), 0});
}

void SliceHead::store(const Slice& slice) {
  const std::shared_ptr<const Layout>& layout = slice.record->layout;
  const auto [place, is_new] = by_lineage_.try_emplace(layout->lineage());
  if (is_new) order_.push_back(layout->lineage());
  Lineage& lineage = place->second;
  max_timestamp_ms_ = std::max(max_timestamp_ms_, slice.record->timestamp_ms);
  if (lineage.newest != layout) {
    if (!is_new && layout->generations() < lineage.newest->generations())
      return store_old(lineage, slice);
    succeed(lineage, layout);
  }
  Entries& entries = lineage.entries;
  const int64_t timestamp = slice.record->timestamp_ms;
  const uint32_t size = slice.record->size();
  auto it = std::ranges::find_if(entries, [&](const Entry& e) { return e.record == slice.record; });
  if (it == entries.end()) {
    if (slice.count < size) prune(entries);
    it = std::ranges::find_if(entries,
                              [&](const Entry& e) { return e.record->timestamp_ms <= timestamp; });
    it = entries.insert(it, Entry{slice.record, {}, 0});
    if (slice.count < size) it->bits.resize(words(*layout));
  }
  it->count += slice.count;
  if (it->count == size) {
    it->bits.clear();
    entries.erase(it + 1, entries.end());  // nothing older can be anyone's newest
    return;
  }
  for_each_word(slice, [&](uint32_t word, uint64_t mask) { it->bits[word] |= mask; });
}

// Samples of a layout that is not the newest any more: late ones, and stale markers.
void SliceHead::store_old(Lineage& lineage, const Slice& slice) const {
  const std::vector<uint64_t> ended = other_series(*slice.record->layout, *lineage.newest);
  for_each_word(slice, [&](uint32_t word, uint64_t mask) {
    if ((mask & ended[word]) != 0)
      entry_for(lineage.ended, slice.record)->bits[word] |= mask & ended[word];
    if ((mask & ~ended[word]) != 0)
      entry_for(lineage.entries, slice.record)->bits[word] |= mask & ~ended[word];
  });
  forget_ended(lineage);
}

// From now on entries are about the series of `newer`; what they hold of others has ended.
void SliceHead::succeed(Lineage& lineage, const std::shared_ptr<const Layout>& newer) const {
  for (Entry& entry : lineage.entries) {
    const std::vector<uint64_t> other = other_series(*entry.record->layout, *newer);
    if (entry.bits.empty()) {
      entry.bits.assign(other.size(), ~uint64_t{0});
      if (newer->size() % 64 != 0) entry.bits.back() >>= 64 - newer->size() % 64;
    }
    Entry ended{entry.record, other, 0};
    for (size_t w = 0; w < other.size(); ++w) {
      ended.bits[w] &= entry.bits[w];
      entry.bits[w] &= ~other[w];
    }
    if (any(ended.bits)) lineage.ended.push_back(std::move(ended));
  }
  std::erase_if(lineage.entries, [](const Entry& entry) { return !any(entry.bits); });
  lineage.newest = newer;
  forget_ended(lineage);
}

// Samples as old as these are refused as out of bounds, whatever the series.
void SliceHead::forget_ended(Lineage& lineage) const {
  const int64_t min_ms = max_timestamp_ms_ - kAppendableRange.ms();
  std::erase_if(lineage.ended, [&](const Entry& e) { return e.record->timestamp_ms < min_ms; });
}

size_t SliceHead::ended_entries(const Layout& lineage) const {
  const auto it = by_lineage_.find(&lineage);
  return it == by_lineage_.end() ? 0 : it->second.ended.size();
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
  const auto it = by_lineage_.find(layout.lineage());
  if (it == by_lineage_.end()) return out;
  std::vector<uint64_t> covered(words(layout));
  for (const Entry& entry : it->second.entries) {
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
