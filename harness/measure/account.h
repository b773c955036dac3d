// What became of the samples of one run, in numbers. Plain data; conservation.h says which
// equations hold between them.
#pragma once

#include <array>
#include <cstdint>

#include "harness/measure/observer.h"

namespace pushpull {

struct Account {
  // Seen from the leaves: each scraped sample is in exactly one of the others.
  int64_t scraped = 0;
  int64_t delivered = 0;
  int64_t not_selected = 0;  // pull: no match[] chooses its series
  int64_t undersampled = 0;  // pull: replaced at the leaf before the next fetch, by design
  std::array<int64_t, kLossCauses> lost = {};
  int64_t pending = 0;  // push: still queued when the run ended

  // Seen from the central: each received sample is delivered (above) or in exactly one of these.
  int64_t received = 0;
  int64_t duplicates = 0;
  int64_t rejected = 0;   // refused by the central's head
  int64_t corrupted = 0;  // not the value that was scraped
  int64_t unknown = 0;    // no scrape it could come from

  int64_t lost_for(LossCause cause) const { return lost[static_cast<size_t>(cause)]; }
  int64_t lost_total() const {
    int64_t sum = 0;
    for (const int64_t n : lost) sum += n;
    return sum;
  }
  // Share of the scraped samples that are at the central; 1 where nothing was scraped.
  double completeness() const {
    return scraped == 0 ? 1 : static_cast<double>(delivered) / static_cast<double>(scraped);
  }
  bool operator==(const Account&) const = default;
};

// Series that a leaf makes itself (up, scrape_*, stale markers): counted, not tracked one by one.
struct LeafMade {
  int64_t scraped = 0;
  int64_t delivered = 0;
  int64_t duplicates = 0;
  int64_t rejected = 0;
  int64_t dropped = 0;

  LeafMade& operator+=(const LeafMade& o) {
    scraped += o.scraped;
    delivered += o.delivered;
    duplicates += o.duplicates;
    rejected += o.rejected;
    dropped += o.dropped;
    return *this;
  }
  bool operator==(const LeafMade&) const = default;
};

// What `samples` of them are once the central's head has judged them.
inline LeafMade leaf_made_received(Fate fate, int64_t samples) {
  LeafMade made;
  (fate == Fate::kStored      ? made.delivered
   : fate == Fate::kDuplicate ? made.duplicates
                              : made.rejected) = samples;
  return made;
}

struct Accounts {
  Account run;     // everything, warm-up and drain included
  Account window;  // scrapes intended inside the measure window; no corrupted, no unknown ones
  LeafMade leaf_made;
  int64_t offered_failed = 0;  // scrapes of the window that failed: offered, never scraped
  // False where a leaf is not ours: it does not tell how many series it made, and leaf_made.scraped
  // is no count.
  bool leaf_made_told = true;
};

}  // namespace pushpull
