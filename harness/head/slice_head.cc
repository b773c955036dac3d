#include "harness/head/slice_head.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {
namespace {

// Multiplying by it carries every bit of an address into the upper half (2^64 / golden ratio).
constexpr uint64_t kSpread = 0x9E3779B97F4A7C15;

// The positions that are another series in `b`. Requires: one lineage.
PositionSet other_series(const Layout& a, const Layout& b) {
  PositionSet other(a.size());
  for (const PositionRange& range : changed_positions(a.generations(), b.generations(), a.size()))
    other.add(PositionRun{range.begin, 1, range.size()});
  return other;
}

// Adds the samples of `slice` to `positions` where they are, or are not, among `others`.
void add_where(PositionSet& positions, const Slice& slice, const PositionSet& others, bool among) {
  for (uint32_t i = 0; i < slice.count; ++i) {
    const uint32_t position = slice.position(i);
    if (others.contains(position) == among) positions.add(PositionRun{position, 1, 1});
  }
}

}  // namespace

// Where this lineage is in places_, or the free place where it would be.
size_t SliceHead::place_of(const Layout* root) const {
  const size_t mask = places_.size() - 1;
  size_t place = (std::bit_cast<uintptr_t>(root) * kSpread >> 32) & mask;
  while (places_[place].root != nullptr && places_[place].root != root) place = (place + 1) & mask;
  return place;
}

SliceHead::Lineage* SliceHead::find(const Layout& layout) const {
  return places_[place_of(layout.lineage())].lineage;
}

SliceHead::Lineage& SliceHead::make(const Layout& layout) {
  order_.push_back(layout.lineage());
  if (order_.size() * 2 > places_.size()) {
    const auto taken = std::exchange(places_, std::vector<Place>(places_.size() * 2));
    for (const Place& place : taken) {
      if (place.root != nullptr) places_[place_of(place.root)] = place;
    }
  }
  Lineage& lineage = lineages_.emplace_back();
  places_[place_of(layout.lineage())] = {layout.lineage(), &lineage};
  return lineage;
}

const SliceHead::Entry* SliceHead::newest_with(const Lineage& lineage, const Layout& layout,
                                               uint32_t position) {
  if (lineage.newest->same_series(layout, position)) {
    for (const Entry& entry : lineage.entries) {
      if (entry.positions.contains(position)) return &entry;
    }
    return nullptr;
  }
  const Entry* newest = nullptr;
  for (const Entry& entry : lineage.ended) {
    if (!entry.positions.contains(position)) continue;
    if (!entry.record->layout->same_series(layout, position)) continue;
    if (newest == nullptr || entry.timestamp_ms > newest->timestamp_ms) newest = &entry;
  }
  return newest;
}

// Whether different positions of the slice may meet different fates: some newest sample is not
// older than the slice.
bool SliceHead::mixed(const Lineage* lineage, const Slice& slice) {
  if (lineage == nullptr) return false;
  const auto contradicts = [&](const Entry& entry) {
    return entry.timestamp_ms >= slice.record->timestamp_ms && entry.positions.intersects(slice);
  };
  return std::ranges::any_of(lineage->entries, contradicts) ||
         std::ranges::any_of(lineage->ended, contradicts);
}

void SliceHead::examine(const Slice& slice, const TimeBounds& bounds, const Judged& judged) const {
  if (slice.count == 0) return;
  const Record& record = *slice.record;
  CHECK(record.timestamps.empty()) << "slices of the virtual engine have one timestamp per record";
  const Lineage* lineage = find(*record.layout);
  if (!mixed(lineage, slice)) return judged(slice, judge(nullptr, record.timestamp_ms, 0, bounds));
  judge_each(slice, judged,
             [&](uint32_t position) { return fate_of(*lineage, record, position, bounds); });
}

Fate SliceHead::fate_of(const Lineage& lineage, const Record& record, uint32_t position,
                        const TimeBounds& bounds) {
  const Entry* entry = newest_with(lineage, *record.layout, position);
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
  Lineage* lineage = find(*slice.record->layout);
  if (!mixed(lineage, slice)) {
    const Fate fate = judge(nullptr, slice.record->timestamp_ms, 0, bounds);
    if (fate == Fate::kStored) store(lineage, slice);
    return judged(slice, fate);
  }
  std::vector<Slice> accepted;
  examine(slice, bounds, [&](const Slice& part, Fate fate) {
    if (fate == Fate::kStored) accepted.push_back(part);
    judged(part, fate);
  });
  for (const Slice& part : accepted) store(lineage, part);
}

// The entry of this record; an empty one if there was none.
SliceHead::Entries::iterator SliceHead::entry_for(Entries& entries, const RecordPtr& record) {
  if (!entries.empty() && entries.front().record == record) return entries.begin();
  auto it = std::ranges::find_if(entries, [&](const Entry& e) { return e.record == record; });
  if (it != entries.end()) return it;
  it = std::ranges::find_if(entries,
                            [&](const Entry& e) { return e.timestamp_ms <= record->timestamp_ms; });
  return entries.insert(it, Entry{record->timestamp_ms, record, PositionSet(record->size())});
}

// `known` is null where the lineage is new.
void SliceHead::store(Lineage* known, const Slice& slice) {
  const std::shared_ptr<const Layout>& layout = slice.record->layout;
  Lineage& lineage = known == nullptr ? make(*layout) : *known;
  max_timestamp_ms_ = std::max(max_timestamp_ms_, slice.record->timestamp_ms);
  if (lineage.newest != layout) {
    if (lineage.newest != nullptr && layout->generations() < lineage.newest->generations())
      return store_old(lineage, slice);
    succeed(lineage, layout);
  }
  Entries& entries = lineage.entries;
  prune(entries);
  const auto it = entry_for(entries, slice.record);
  it->positions.add(slice);
  if (it->positions.full()) entries.erase(it + 1, entries.end());  // can be nobody's newest
}

// Samples of a layout that is not the newest any more: late ones, and stale markers.
void SliceHead::store_old(Lineage& lineage, const Slice& slice) const {
  const PositionSet ended = other_series(*slice.record->layout, *lineage.newest);
  PositionSet of_ended(slice.record->size());
  add_where(of_ended, slice, ended, true);
  if (of_ended.count() > 0)
    add_where(entry_for(lineage.ended, slice.record)->positions, slice, ended, true);
  if (of_ended.count() < slice.count)
    add_where(entry_for(lineage.entries, slice.record)->positions, slice, ended, false);
  forget_ended(lineage);
}

// From now on entries are about the series of `newer`; what they hold of others has ended.
void SliceHead::succeed(Lineage& lineage, const std::shared_ptr<const Layout>& newer) const {
  for (Entry& entry : lineage.entries) {
    const PositionSet other = other_series(*entry.record->layout, *newer);
    Entry ended{entry.timestamp_ms, entry.record, entry.positions.common(other, true)};
    entry.positions = entry.positions.common(other, false);
    if (ended.positions.count() > 0) lineage.ended.push_back(std::move(ended));
  }
  std::erase_if(lineage.entries, [](const Entry& entry) { return entry.positions.count() == 0; });
  lineage.newest = newer;
  forget_ended(lineage);
}

// Samples as old as these are refused as out of bounds, whatever the series.
void SliceHead::forget_ended(Lineage& lineage) const {
  const int64_t min_ms = max_timestamp_ms_ - kAppendableRange.ms();
  std::erase_if(lineage.ended, [&](const Entry& e) { return e.timestamp_ms < min_ms; });
}

size_t SliceHead::ended_entries(const Layout& lineage) const {
  const Lineage* known = find(lineage);
  return known == nullptr ? 0 : known->ended.size();
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
  const Lineage* lineage = find(layout);
  if (lineage == nullptr) return out;
  PositionSet covered(layout.size());
  for (const Entry& entry : lineage->entries) {
    const bool visible =
        visible_at(now_ms, lookback, entry.timestamp_ms, entry.record->stale_markers);
    const Slice whole = Slice::whole(entry.record);
    if (covered.count() == 0 && entry.positions.full()) {
      if (visible) out.push_back(whole);
      return out;
    }
    for (uint32_t p = 0; p < layout.size(); ++p) {
      if (!entry.positions.contains(p) || covered.contains(p)) continue;
      covered.add(PositionRun{p, 1, 1});
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
