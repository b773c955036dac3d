#include "harness/measure/instrument.h"

namespace pushpull {

Instrument::Instrument(uint32_t targets, Window window, Instant begin)
    : ledger_(targets, window), recorder_(targets, window, begin) {}

void Instrument::scraped(uint32_t target, uint64_t ordinal, uint32_t size, Instant intended,
                         Instant committed) {
  ledger_.scraped(target, ordinal, size, intended, committed);
  recorder_.scraped(target, size, intended);
}

void Instrument::scrape_failed(uint32_t target, Instant intended) {
  ledger_.offered_failed(target, intended);
}

template <class Positions>
void Instrument::received(uint32_t target, uint64_t ordinal, const Positions& positions, Fate fate,
                          Instant visible) {
  if (fate != Fate::kStored && fate != Fate::kDuplicate) {
    return ledger_.reject(target, ordinal, positions);
  }
  const Marked marked = ledger_.mark(target, ordinal, positions);
  if (marked.delivered == 0) return;
  const Instant intended = ledger_.find(target, ordinal)->intended;
  recorder_.visible(target, intended, visible, marked.delivered);
}

template <class Positions>
void Instrument::dropped(uint32_t target, uint64_t ordinal, const Positions& positions,
                         LossCause cause) {
  ledger_.drop(target, ordinal, positions, cause);
}

template <class Positions>
void Instrument::pending(uint32_t target, uint64_t ordinal, const Positions& positions) {
  ledger_.pending(target, ordinal, positions);
}

void Instrument::federated(std::string_view endpoint, Instant intended, bool ok) {
  auto found = fetches_.find(endpoint);
  if (found == fetches_.end()) found = fetches_.emplace(endpoint, std::vector<Fetch>()).first;
  found->second.push_back({intended, ok ? FetchOutcome::kOk : FetchOutcome::kFailed});
}

Accounts Instrument::finish(Instant end, const PullEvidence* pull) {
  const Accounts accounts = classify(ledger_, pull);
  recorder_.finish(end);
  recorder_.never_visible(accounts.window.lost_total() + accounts.window.pending);
  return accounts;
}

template void Instrument::received(uint32_t, uint64_t, const Slice&, Fate, Instant);
template void Instrument::received(uint32_t, uint64_t, const PositionRun&, Fate, Instant);
template void Instrument::dropped(uint32_t, uint64_t, const Slice&, LossCause);
template void Instrument::dropped(uint32_t, uint64_t, const PositionRun&, LossCause);
template void Instrument::pending(uint32_t, uint64_t, const Slice&);
template void Instrument::pending(uint32_t, uint64_t, const PositionRun&);

}  // namespace pushpull
