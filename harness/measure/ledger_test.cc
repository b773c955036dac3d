#include "harness/measure/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "harness/base/random.h"
#include "harness/measure/classify.h"
#include "harness/measure/conservation.h"

namespace pushpull {
namespace {

Instant at(int64_t seconds) { return Instant::from_unix_ns(1) + Duration::seconds(seconds); }
PositionRun run(uint32_t first, uint32_t stride, uint32_t count) { return {first, stride, count}; }

// Ordinal k is intended at 10 k and committed a second later; the window is ordinals 1 and 2.
class LedgerTest : public testing::Test {
 protected:
  void scrape(uint32_t target, uint64_t ordinal, uint32_t size) {
    const auto k = static_cast<int64_t>(ordinal);
    ledger_.scraped(target, ordinal, size, at(10 * k), at(10 * k + 1));
  }

  Ledger ledger_{2, Window{at(10), at(30)}};
};

TEST_F(LedgerTest, CountsEachSampleOnce) {
  scrape(0, 0, 100);
  EXPECT_EQ(ledger_.mark(0, 0, run(0, 1, 60)), (Marked{60, 0}));
  EXPECT_EQ(ledger_.mark(0, 0, run(50, 1, 50)), (Marked{40, 10}));
  EXPECT_EQ(ledger_.mark(0, 0, run(0, 1, 100)), (Marked{0, 100}));
  const Account& account = ledger_.counted().run;
  EXPECT_EQ(account.delivered, 100);
  EXPECT_EQ(account.duplicates, 110);
  EXPECT_EQ(account.received, 210);
}

TEST_F(LedgerTest, ShardsInterleave) {
  scrape(0, 0, 10);
  EXPECT_EQ(ledger_.mark(0, 0, run(1, 4, 3)), (Marked{3, 0}));  // 1 5 9
  EXPECT_EQ(ledger_.mark(0, 0, run(0, 3, 4)), (Marked{3, 1}));  // 0 3 6 9
  EXPECT_EQ(ledger_.counted().run.delivered, 6);
}

TEST_F(LedgerTest, TheWindowHoldsWhatWasIntendedInside) {
  for (uint64_t ordinal = 0; ordinal < 4; ++ordinal) scrape(1, ordinal, 5);
  for (uint64_t ordinal = 0; ordinal < 4; ++ordinal) ledger_.mark(1, ordinal, run(0, 1, 3));
  EXPECT_EQ(ledger_.counted().run.scraped, 20);
  EXPECT_EQ(ledger_.counted().window.scraped, 10);
  EXPECT_EQ(ledger_.counted().window.delivered, 6);
}

TEST_F(LedgerTest, WhatWasNeverScrapedIsUnknown) {
  scrape(0, 2, 5);
  EXPECT_EQ(ledger_.mark(0, 1, run(0, 1, 5)), (Marked{0, 0}));  // a gap: answered, not committed
  EXPECT_EQ(ledger_.mark(7, 0, run(0, 1, 2)), (Marked{0, 0}));  // no such target
  EXPECT_EQ(ledger_.counted().run.unknown, 7);
  EXPECT_EQ(ledger_.counted().run.received, 7);
}

TEST_F(LedgerTest, GivenUpAndDeliveredAfterAllIsDelivered) {
  scrape(0, 0, 10);
  ledger_.drop(0, 0, run(0, 1, 10), LossCause::kRejected);
  ledger_.mark(0, 0, run(0, 2, 5));
  const Accounts accounts = classify(ledger_, nullptr);
  EXPECT_EQ(accounts.run.delivered, 5);
  EXPECT_EQ(accounts.run.lost_for(LossCause::kRejected), 5);
}

TEST_F(LedgerTest, TheCauseDoesNotDependOnTheOrderOfCalls) {
  scrape(0, 0, 4);
  scrape(0, 1, 4);
  ledger_.drop(0, 0, run(0, 1, 4), LossCause::kRejected);
  ledger_.reject(0, 0, run(2, 1, 1));
  ledger_.reject(0, 1, run(2, 1, 1));
  ledger_.drop(0, 1, run(0, 1, 4), LossCause::kRejected);
  const Accounts accounts = classify(ledger_, nullptr);
  EXPECT_EQ(accounts.run.lost_for(LossCause::kRejected), 6);
  EXPECT_EQ(accounts.run.lost_for(LossCause::kOutOfOrder), 2);
  EXPECT_EQ(accounts.run.rejected, 2);
}

TEST_F(LedgerTest, AFullScrapeNeedsThirtyTwoBytes) { EXPECT_EQ(sizeof(Ledger::Scrape), 32u); }

TEST_F(LedgerTest, RefusesNumbersThatNoScrapeHas) {
  EXPECT_TRUE(ledger_.acceptable(0, Ledger::kMaxGap, 5));
  EXPECT_FALSE(ledger_.acceptable(0, Ledger::kMaxGap + 1, 5));
  EXPECT_FALSE(ledger_.acceptable(2, 0, 5));
  EXPECT_FALSE(ledger_.acceptable(0, 0, Ledger::kMaxSize + 1));
}

// The same history told to a ledger and to a model that keeps every sample by itself.
class History {
 public:
  explicit History(uint64_t seed) : random_(seed, "ledger") {
    for (uint32_t target = 0; target < kTargets; ++target) {
      sizes_.push_back(1 + static_cast<uint32_t>(random_.below(200)));
      layouts_.push_back(random_layout(sizes_.back()));
    }
  }

  void play(int steps) {
    for (int i = 0; i < steps; ++i) step();
  }

  void compare() const {
    Account expected = central_;
    for (const auto& [sample, fate] : model_) {
      ++expected.scraped;
      if (fate.delivered) {
        ++expected.delivered;
      } else if (fate.causes.empty()) {
        fate.pending ? ++expected.pending : ++expected.lost[size_t(LossCause::kUnattributed)];
      } else {
        ++expected.lost[static_cast<size_t>(*fate.causes.rbegin())];
      }
    }
    const Accounts accounts = classify(ledger_, nullptr);
    EXPECT_EQ(accounts.run, expected);
    EXPECT_THAT(broken_equations(accounts), testing::IsEmpty());
  }

 private:
  static constexpr uint32_t kTargets = 3;
  static constexpr uint64_t kOrdinals = 6;
  struct SampleFate {
    bool delivered = false;
    bool pending = false;
    std::set<LossCause> causes;
  };
  using Sample = std::tuple<uint32_t, uint64_t, uint32_t>;

  std::shared_ptr<const Layout> random_layout(uint32_t size) {
    if (random_.below(2) == 0) return std::make_shared<Layout>(random_.below(100), size, nullptr);
    std::vector<uint64_t> refs;
    for (uint32_t i = 0; i < size; ++i) refs.push_back(random_.next());
    return std::make_shared<Layout>(std::move(refs));
  }

  // Some ranks of some shard.
  Slice random_slice(uint32_t target) {
    auto record = std::make_shared<Record>();
    record->layout = layouts_[target];
    Slice slice = Slice::whole(record);
    if (random_.below(3) == 0) return slice;
    const auto shards = static_cast<uint32_t>(1 + random_.below(60));
    slice.positions = &record->layout->shard_positions(shards)[random_.below(shards)];
    slice.first = static_cast<uint32_t>(random_.below(slice.positions->count() + 1));
    slice.count = static_cast<uint32_t>(random_.below(slice.positions->count() - slice.first + 1));
    return slice;
  }

  // Tells `tell` the slice, or its runs: the two must come to the same.
  template <class Tell>
  void in_either_form(const Slice& slice, Tell tell) {
    if (random_.below(2) == 0) return tell(slice);
    for_each_run(slice, tell);
  }

  void step() {
    const auto target = static_cast<uint32_t>(random_.below(kTargets));
    const uint64_t ordinal = random_.below(kOrdinals);
    const Slice slice = random_slice(target);
    const bool scraped = model_.contains({target, ordinal, 0});
    switch (random_.below(8)) {
      case 0:
      case 1:
        if (!scraped) scrape(target, ordinal);
        return;
      case 2:
      case 3:
      case 4:
        return scraped ? mark(target, ordinal, slice) : mark_unknown(target, ordinal, slice);
      case 5:
        ledger_.corrupted(3);
        central_.corrupted += 3;
        central_.received += 3;
        return;
      case 6:
        if (scraped) give_up(target, ordinal, slice);
        return;
      default:
        if (scraped) reject(target, ordinal, slice);
    }
  }

  void scrape(uint32_t target, uint64_t ordinal) {
    ledger_.scraped(target, ordinal, sizes_[target], at(5), at(6));
    for (uint32_t p = 0; p < sizes_[target]; ++p) model_[{target, ordinal, p}] = {};
  }

  template <class F>
  void for_each_fate(uint32_t target, uint64_t ordinal, const Slice& slice, F f) {
    for (uint32_t i = 0; i < slice.count; ++i) f(model_[{target, ordinal, slice.position(i)}]);
  }

  void mark(uint32_t target, uint64_t ordinal, const Slice& slice) {
    Marked marked;
    in_either_form(slice, [&](const auto& positions) {
      const Marked more = ledger_.mark(target, ordinal, positions);
      marked.delivered += more.delivered;
      marked.duplicate += more.duplicate;
    });
    Marked expected;
    for_each_fate(target, ordinal, slice, [&](SampleFate& fate) {
      ++(fate.delivered ? expected.duplicate : expected.delivered);
      fate.delivered = true;
    });
    EXPECT_EQ(marked, expected);
    central_.received += slice.count;
    central_.duplicates += expected.duplicate;
  }

  void mark_unknown(uint32_t target, uint64_t ordinal, const Slice& slice) {
    EXPECT_EQ(ledger_.mark(target, ordinal, slice), Marked());
    central_.received += slice.count;
    central_.unknown += slice.count;
  }

  void reject(uint32_t target, uint64_t ordinal, const Slice& slice) {
    in_either_form(slice, [&](const auto& p) { ledger_.reject(target, ordinal, p); });
    for_each_fate(target, ordinal, slice,
                  [](SampleFate& fate) { fate.causes.insert(LossCause::kOutOfOrder); });
    central_.received += slice.count;
    central_.rejected += slice.count;
  }

  void give_up(uint32_t target, uint64_t ordinal, const Slice& slice) {
    if (random_.below(4) == 0) {
      in_either_form(slice, [&](const auto& p) { ledger_.pending(target, ordinal, p); });
      for_each_fate(target, ordinal, slice, [](SampleFate& fate) { fate.pending = true; });
      return;
    }
    const auto cause = static_cast<LossCause>(random_.below(4));
    in_either_form(slice, [&](const auto& p) { ledger_.drop(target, ordinal, p, cause); });
    for_each_fate(target, ordinal, slice, [&](SampleFate& fate) { fate.causes.insert(cause); });
  }

  Random random_;
  std::vector<uint32_t> sizes_;
  std::vector<std::shared_ptr<const Layout>> layouts_;
  Ledger ledger_{kTargets, Window{at(0), at(10)}};
  std::map<Sample, SampleFate> model_;
  Account central_;
};

TEST(LedgerPropertyTest, EqualsAModelThatKeepsEverySample) {
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    History history(seed);
    history.play(60);
    history.compare();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace pushpull
