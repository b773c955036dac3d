#include "harness/measure/ledger.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {

namespace {

bool within(const Slice& slice, uint32_t size) { return slice.record->size() <= size; }
bool within(const PositionRun& run, uint32_t size) { return run.fits(size); }

}  // namespace

Ledger::Ledger(uint32_t targets, Window window) : window_(window), logs_(targets) {}

void Ledger::scraped(uint32_t target, uint64_t ordinal, uint32_t size, Instant intended,
                     Instant committed) {
  CHECK(acceptable(target, ordinal, size)) << target << ", " << ordinal << ", " << size;
  CHECK(committed != Instant());
  std::deque<Scrape>& scrapes = logs_[target].scrapes;
  if (ordinal >= scrapes.size()) scrapes.resize(ordinal + 1);
  Scrape& scrape = scrapes[ordinal];
  CHECK(!scrape.scraped()) << "target " << target << " scraped twice, ordinal " << ordinal;
  scrape = {intended, committed, PositionSet(size)};
  count(scrape, &Account::scraped, size);
}

void Ledger::offered_failed(uint32_t target, Instant intended) {
  CHECK(target < logs_.size());
  logs_[target].failures.push_back(intended);
  // Targets end when the measure phase does; what fails then is no news.
  if (window_.contains(intended)) ++counted_.offered_failed;
}

template <class Positions>
Marked Ledger::mark(uint32_t target, uint64_t ordinal, const Positions& positions) {
  ++arrivals_;
  Scrape* scrape = mutable_find(target, ordinal);
  if (scrape == nullptr) {
    unknown(positions.count);
    return {};
  }
  CHECK(within(positions, scrape->delivered.size()));
  const uint32_t added = scrape->delivered.add(positions);
  const Marked marked{added, positions.count - added};
  count(*scrape, &Account::received, positions.count);
  count(*scrape, &Account::delivered, marked.delivered);
  count(*scrape, &Account::duplicates, marked.duplicate);
  return marked;
}

template <class Positions>
void Ledger::reject(uint32_t target, uint64_t ordinal, const Positions& positions) {
  const Scrape* scrape = find(target, ordinal);
  if (scrape == nullptr) return unknown(positions.count);
  count(*scrape, &Account::received, positions.count);
  count(*scrape, &Account::rejected, positions.count);
  drop(target, ordinal, positions, LossCause::kOutOfOrder);
}

template <class Positions>
void Ledger::drop(uint32_t target, uint64_t ordinal, const Positions& positions, LossCause cause) {
  CHECK(cause != LossCause::kUnattributed);
  give_up(target, ordinal, positions, cause);
}

template <class Positions>
void Ledger::pending(uint32_t target, uint64_t ordinal, const Positions& positions) {
  give_up(target, ordinal, positions, std::nullopt);
}

template <class Positions>
void Ledger::give_up(uint32_t target, uint64_t ordinal, const Positions& positions,
                     std::optional<LossCause> cause) {
  const Scrape* scrape = find(target, ordinal);
  CHECK(scrape != nullptr) << "target " << target << " was not scraped, ordinal " << ordinal;
  const uint32_t size = scrape->delivered.size();
  CHECK(within(positions, size));
  std::vector<GivenUp>& all = logs_[target].given_up[ordinal];
  auto at = std::ranges::find_if(all, [&](const GivenUp& g) { return g.cause <= cause; });
  if (at == all.end() || at->cause != cause) {
    at = all.insert(at, GivenUp{cause, PositionSet(size)});
  }
  at->positions.add(positions);
}

void Ledger::corrupted(int64_t samples) {
  counted_.run.received += samples;
  counted_.run.corrupted += samples;
}

void Ledger::unknown(int64_t samples) {
  counted_.run.received += samples;
  counted_.run.unknown += samples;
}

const Ledger::Scrape* Ledger::find(uint32_t target, uint64_t ordinal) const {
  if (target >= logs_.size() || ordinal >= logs_[target].scrapes.size()) return nullptr;
  const Scrape& scrape = logs_[target].scrapes[ordinal];
  return scrape.scraped() ? &scrape : nullptr;
}

Ledger::Scrape* Ledger::mutable_find(uint32_t target, uint64_t ordinal) {
  return const_cast<Scrape*>(find(target, ordinal));
}

std::span<const Ledger::GivenUp> Ledger::given_up(uint32_t target, uint64_t ordinal) const {
  const auto found = logs_[target].given_up.find(ordinal);
  if (found == logs_[target].given_up.end()) return {};
  return found->second;
}

void Ledger::count(const Scrape& scrape, int64_t Account::*what, int64_t samples) {
  counted_.run.*what += samples;
  if (window_.contains(scrape.intended)) counted_.window.*what += samples;
}

template Marked Ledger::mark(uint32_t, uint64_t, const Slice&);
template Marked Ledger::mark(uint32_t, uint64_t, const PositionRun&);
template void Ledger::reject(uint32_t, uint64_t, const Slice&);
template void Ledger::reject(uint32_t, uint64_t, const PositionRun&);
template void Ledger::drop(uint32_t, uint64_t, const Slice&, LossCause);
template void Ledger::drop(uint32_t, uint64_t, const PositionRun&, LossCause);
template void Ledger::pending(uint32_t, uint64_t, const Slice&);
template void Ledger::pending(uint32_t, uint64_t, const PositionRun&);

}  // namespace pushpull
