// The instrument of one run: the ledger, the recorder and the fetches, fed by the same calls in
// both engines: LedgerObserver in a virtual world, merge_journals() after a loopback run. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/measure/classify.h"
#include "harness/measure/ledger.h"
#include "harness/measure/recorder.h"

namespace pushpull {

class Instrument {
 public:
  // Attempts by endpoint, in the order told; see complete_grid() for those that were missed.
  using Fetches = std::map<std::string, std::vector<Fetch>, std::less<>>;

  // Targets are numbered 0 … targets-1; the run starts at `begin`.
  Instrument(uint32_t targets, Window window, Instant begin);

  // Preconditions are the ledger's.
  void scraped(uint32_t target, uint64_t ordinal, uint32_t size, Instant intended,
               Instant committed);
  void scrape_failed(uint32_t target, Instant intended);
  // `Positions` is Slice or PositionRun. A duplicate that was not known yet is delivered: the
  // central holds it (it had crashed before it could say so).
  template <class Positions>
  void received(uint32_t target, uint64_t ordinal, const Positions& positions, Fate fate,
                Instant visible);
  template <class Positions>
  void dropped(uint32_t target, uint64_t ordinal, const Positions& positions, LossCause cause);
  template <class Positions>
  void pending(uint32_t target, uint64_t ordinal, const Positions& positions);
  void leaf_made(const LeafMade& more) { ledger_.leaf_made(more); }
  void corrupted(int64_t samples) { ledger_.corrupted(samples); }
  void unknown(int64_t samples) { ledger_.unknown(samples); }
  void federated(std::string_view endpoint, Instant intended, bool ok);

  // Once, when everything is told: says what became of every sample. Lost and pending ones enter
  // the freshness lag as infinite; undersampled and not selected ones, which the variant never
  // meant to ship, do not. `pull` is null for push.
  Accounts finish(Instant end, const PullEvidence* pull);

  const Fetches& fetches() const { return fetches_; }
  const Ledger& ledger() const { return ledger_; }
  Recorder& recorder() { return recorder_; }
  const Recorder& recorder() const { return recorder_; }

 private:
  Ledger ledger_;
  Recorder recorder_;
  Fetches fetches_;
};

}  // namespace pushpull
