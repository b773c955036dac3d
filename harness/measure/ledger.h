// The one ledger of push and pull: what was scraped, and which of it arrived. Keyed by (target,
// ordinal), exact to the sample, in any order of arrival. Both engines feed it through Instrument.
//
// Invariants:
// 1. Only scraped samples can be delivered; each is delivered once, later arrivals are duplicates.
// 2. received = delivered + duplicates + rejected + corrupted + unknown.
// 3. A sample that was given up and arrives after all is delivered (a request that timed out at the
//    sender may have been committed).
// Memory: 32 bytes per scrape, one bit per sample while a scrape is partly delivered.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "harness/measure/account.h"
#include "harness/measure/observer.h"
#include "harness/measure/position_set.h"
#include "harness/measure/window.h"

namespace pushpull {

// What an arrival turned out to be.
struct Marked {
  uint32_t delivered = 0;  // for the first time
  uint32_t duplicate = 0;
  bool operator==(const Marked&) const = default;
};

class Ledger {
 public:
  struct Scrape {
    Instant intended;
    Instant committed;
    PositionSet delivered;
    // Ordinals that were answered but not committed leave a gap.
    bool scraped() const { return committed != Instant(); }
  };
  struct GivenUp {
    std::optional<LossCause> cause;  // none: still pending
    PositionSet positions;
  };
  // Ordinals are dense; one this far beyond the last of its target is a mistake, not a gap.
  static constexpr uint64_t kMaxGap = 1'000'000;
  // Samples of one scrape.
  static constexpr uint32_t kMaxSize = 1u << 24;

  // Targets are numbered 0 … targets-1.
  Ledger(uint32_t targets, Window window);

  // A leaf committed scrape `ordinal` of `target`. Once per ordinal. Requires: committed is set,
  // and the ordinal is acceptable().
  void scraped(uint32_t target, uint64_t ordinal, uint32_t size, Instant intended,
               Instant committed);
  void offered_failed(uint32_t target, Instant intended);

  // The central holds these samples. Arrivals of what was never scraped count as unknown.
  template <class Positions>  // Slice or PositionRun, below the size of the scrape
  Marked mark(uint32_t target, uint64_t ordinal, const Positions& positions);
  // The central's head refused these samples; lost as kOutOfOrder unless they arrive after all.
  template <class Positions>
  void reject(uint32_t target, uint64_t ordinal, const Positions& positions);
  // A sender gave these up. Where several causes are told for a sample, the one listed last in
  // LossCause stands, whatever the order of the calls. Requires: scraped; a cause other than
  // kUnattributed, which is what classify() answers where nothing is known.
  template <class Positions>
  void drop(uint32_t target, uint64_t ordinal, const Positions& positions, LossCause cause);
  // A sender still held these when the run ended; any cause told for them stands before that.
  template <class Positions>
  void pending(uint32_t target, uint64_t ordinal, const Positions& positions);

  void corrupted(int64_t samples);
  void unknown(int64_t samples);
  void leaf_made(const LeafMade& more) { counted_.leaf_made += more; }

  // Null where it was not scraped.
  const Scrape* find(uint32_t target, uint64_t ordinal) const;
  // Whether these can be the numbers of a scrape: what comes from a file is asked first.
  bool acceptable(uint32_t target, uint64_t ordinal, uint32_t size) const {
    return target < logs_.size() && ordinal <= logs_[target].scrapes.size() + kMaxGap &&
           size <= kMaxSize;
  }

  // Slices or runs that were marked, whatever their size: the unit of the virtual engine's work.
  int64_t arrivals() const { return arrivals_; }

  // For classify().
  uint32_t targets() const { return static_cast<uint32_t>(logs_.size()); }
  // By ordinal, gaps included.
  const std::deque<Scrape>& scrapes(uint32_t target) const { return logs_[target].scrapes; }
  // In the order in which causes stand, pending last.
  std::span<const GivenUp> given_up(uint32_t target, uint64_t ordinal) const;
  // Intended times of failed scrapes, as told.
  const std::vector<Instant>& failures(uint32_t target) const { return logs_[target].failures; }
  const Window& window() const { return window_; }
  // Scraped, delivered and the central's side; classify() fills in the rest.
  const Accounts& counted() const { return counted_; }

 private:
  struct TargetLog {
    std::deque<Scrape> scrapes;
    std::map<uint64_t, std::vector<GivenUp>> given_up;
    std::vector<Instant> failures;
  };

  Scrape* mutable_find(uint32_t target, uint64_t ordinal);
  template <class Positions>
  void give_up(uint32_t target, uint64_t ordinal, const Positions& positions,
               std::optional<LossCause> cause);
  // Adds to the run's account, and to the window's where `scrape` is inside it.
  void count(const Scrape& scrape, int64_t Account::*what, int64_t samples);

  Window window_;
  std::vector<TargetLog> logs_;
  Accounts counted_;
  int64_t arrivals_ = 0;
};

}  // namespace pushpull
