// What became of every sample, decided once a run is over, from the ledger and what the variant
// knew.
//
// An undelivered sample is, in this order: not selected; lost for the cause the ledger was told;
// pending; then, under pull, lost to a fetch that did not happen, or undersampled; then, under
// push, lost with its cause unattributed.
//
// Pull: a leaf serves sample k from its commit until the next commit of that target, until a failed
// scrape (stale markers), or for the look-back after its timestamp. A fetch in that time that
// failed or was missed would have carried it: lost. Where only successful fetches, or none, fell
// into it, the sample was replaced unseen: undersampled. The last sample of a series that churn
// ends is replaced by its stale marker, at the same next commit, so it is no different. (A
// successful fetch may read a moment after its intended time, when k+1 is already there.)
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "harness/measure/account.h"
#include "harness/measure/fetch_grid.h"
#include "harness/measure/ledger.h"

namespace pushpull {

struct PullEvidence {
  // Per leaf, the complete grid, ascending by time. Leaf l owns targets l*targets_per_leaf ….
  std::vector<std::vector<Fetch>> fetches;
  uint32_t targets_per_leaf = 1;
  Duration lookback = Duration::minutes(5);
  // Series that no match[] chooses, by target; targets without an entry are selected whole.
  std::unordered_map<uint32_t, PositionSet> not_selected;
};

// `pull` is null for push. Pure.
Accounts classify(const Ledger& ledger, const PullEvidence* pull);

}  // namespace pushpull
