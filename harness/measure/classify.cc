#include "harness/measure/classify.h"

#include <algorithm>
#include <bit>

#include "harness/base/check.h"

namespace pushpull {

namespace {

// The accounts that the samples of one scrape belong to.
class Columns {
 public:
  Columns(Accounts& accounts, bool in_window) : accounts_(accounts), in_window_(in_window) {}
  void add(int64_t Account::*what, int64_t samples) {
    accounts_.run.*what += samples;
    if (in_window_) accounts_.window.*what += samples;
  }
  void lost(LossCause cause, int64_t samples) {
    accounts_.run.lost[static_cast<size_t>(cause)] += samples;
    if (in_window_) accounts_.window.lost[static_cast<size_t>(cause)] += samples;
  }

 private:
  Accounts& accounts_;
  bool in_window_;
};

// Takes the positions of `set` out of `open`; returns how many there were.
int64_t take(std::vector<uint64_t>& open, const PositionSet& set) {
  int64_t taken = 0;
  const uint32_t words = std::min(set.words(), static_cast<uint32_t>(open.size()));
  for (uint32_t i = 0; i < words; ++i) {
    const uint64_t mask = open[i] & set.word(i);
    taken += std::popcount(mask);
    open[i] &= ~mask;
  }
  return taken;
}

class Classifier {
 public:
  Classifier(const Ledger& ledger, const PullEvidence* pull)
      : ledger_(ledger), pull_(pull), accounts_(ledger.counted()) {}

  Accounts run() {
    for (uint32_t target = 0; target < ledger_.targets(); ++target) judge_target(target);
    return accounts_;
  }

 private:
  void judge_target(uint32_t target) {
    const auto& scrapes = ledger_.scrapes(target);
    failures_ = ledger_.failures(target);
    std::ranges::sort(failures_);
    // Backwards, so that the next commit is at hand.
    Instant next_commit = Instant::max();
    for (size_t ordinal = scrapes.size(); ordinal-- > 0;) {
      const Ledger::Scrape& scrape = scrapes[ordinal];
      if (!scrape.scraped()) continue;
      if (!scrape.delivered.full()) judge_scrape(target, ordinal, scrape, next_commit);
      next_commit = scrape.committed;
    }
  }

  void judge_scrape(uint32_t target, uint64_t ordinal, const Ledger::Scrape& scrape,
                    Instant next_commit) {
    Columns columns(accounts_, ledger_.window().contains(scrape.intended));
    int64_t left = take_known(target, ordinal, scrape.delivered, columns);
    if (left == 0) return;
    if (pull_ == nullptr) return columns.lost(LossCause::kUnattributed, left);
    const FetchOutcome fetch = first_absent_fetch(target, scrape, next_commit);
    if (fetch == FetchOutcome::kOk) return columns.add(&Account::undersampled, left);
    columns.lost(
        fetch == FetchOutcome::kFailed ? LossCause::kFederateFailed : LossCause::kFederateMissed,
        left);
  }

  // Books the samples whose fate is known one by one; returns how many are left.
  int64_t take_known(uint32_t target, uint64_t ordinal, const PositionSet& delivered,
                     Columns& columns) {
    const auto given_up = ledger_.given_up(target, ordinal);
    const PositionSet* unselected = unselected_of(target);
    int64_t left = delivered.missing();
    if (given_up.empty() && unselected == nullptr) return left;

    open_.resize(delivered.words());
    for (uint32_t i = 0; i < delivered.words(); ++i) {
      open_[i] = delivered.all(i) & ~delivered.word(i);
    }
    if (unselected != nullptr) {
      const int64_t taken = take(open_, *unselected);
      columns.add(&Account::not_selected, taken);
      left -= taken;
    }
    for (const Ledger::GivenUp& g : given_up) {
      const int64_t taken = take(open_, g.positions);
      if (g.cause) {
        columns.lost(*g.cause, taken);
      } else {
        columns.add(&Account::pending, taken);
      }
      left -= taken;
    }
    return left;
  }

  const PositionSet* unselected_of(uint32_t target) const {
    if (pull_ == nullptr) return nullptr;
    const auto found = pull_->not_selected.find(target);
    return found == pull_->not_selected.end() ? nullptr : &found->second;
  }

  // The outcome of the first fetch that failed or was missed while the leaf served this scrape; kOk
  // if there was none.
  FetchOutcome first_absent_fetch(uint32_t target, const Ledger::Scrape& scrape,
                                  Instant next_commit) const {
    const size_t leaf = target / pull_->targets_per_leaf;
    CHECK(leaf < pull_->fetches.size()) << "no fetches given for leaf " << leaf;
    // Both ends of the look-back are inside it.
    Instant until = scrape.intended + pull_->lookback + Duration::nanoseconds(1);
    until = std::min(until, next_commit);
    const auto failure = std::ranges::upper_bound(failures_, scrape.intended);
    if (failure != failures_.end()) until = std::min(until, *failure);

    const std::vector<Fetch>& grid = pull_->fetches[leaf];
    auto fetch = std::ranges::lower_bound(grid, scrape.committed, {}, &Fetch::intended);
    for (; fetch != grid.end() && fetch->intended < until; ++fetch) {
      if (fetch->outcome != FetchOutcome::kOk) return fetch->outcome;
    }
    return FetchOutcome::kOk;
  }

  const Ledger& ledger_;
  const PullEvidence* pull_;
  Accounts accounts_;
  std::vector<Instant> failures_;  // of the target at hand, ascending
  std::vector<uint64_t> open_;     // positions of the scrape at hand whose fate is open
};

}  // namespace

Accounts classify(const Ledger& ledger, const PullEvidence* pull) {
  return Classifier(ledger, pull).run();
}

}  // namespace pushpull
