#include "harness/measure/ledger_observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/measure/conservation.h"
#include "harness/workload/workload.h"

namespace pushpull {
namespace {

constexpr Instant kBegin = Instant::from_unix_ms(1'000'000);
Instant at(int64_t seconds) { return kBegin + Duration::seconds(seconds); }

// Two targets of ten series each.
class LedgerObserverTest : public testing::Test {
 protected:
  RecordPtr record(uint32_t target, uint64_t ordinal) {
    auto record = std::make_shared<Record>();
    record->layout = std::make_shared<Layout>(1, 10, &workload_.target(target));
    record->ordinal = ordinal;
    record->intended = at(15 * static_cast<int64_t>(ordinal));
    record->committed = record->intended + Duration::milliseconds(100);
    return record;
  }
  static RecordPtr report() {
    auto record = std::make_shared<Record>();
    record->layout = std::make_shared<Layout>(11, 5, nullptr);
    record->leaf_made = true;
    return record;
  }

  Workload workload_ =
      std::move(*Workload::make({.leaves = 1, .targets = 2, .series = 20, .seed = 3}));
  Instrument instrument_{2, Window{at(0), at(100)}, kBegin};
  LedgerObserver observer_{instrument_};
};

TEST_F(LedgerObserverTest, BooksByTargetAndOrdinal) {
  const RecordPtr first = record(1, 0);
  const RecordPtr second = record(1, 1);
  observer_.scraped(Slice::whole(first));
  observer_.scraped(Slice::whole(second));
  const Slice slice = Slice::whole(first);
  observer_.received(slice.head(6), Fate::kStored, at(2));
  observer_.received(slice.head(4), Fate::kDuplicate, at(3));
  observer_.received(slice.tail(9), Fate::kOutOfOrder, at(3));
  observer_.dropped(slice.tail(6), LossCause::kRejected);
  observer_.pending(Slice::whole(second));
  const Accounts accounts = instrument_.finish(at(100), nullptr);
  EXPECT_EQ(accounts.run.scraped, 20);
  EXPECT_EQ(accounts.run.delivered, 6);
  EXPECT_EQ(accounts.run.duplicates, 4);
  EXPECT_EQ(accounts.run.lost_for(LossCause::kRejected), 3);
  EXPECT_EQ(accounts.run.lost_for(LossCause::kOutOfOrder), 1);
  EXPECT_EQ(accounts.run.pending, 10);
  EXPECT_THAT(broken_equations(accounts), testing::IsEmpty());
  EXPECT_EQ(instrument_.recorder().freshness_lag().min(), Duration::seconds(2));
}

TEST_F(LedgerObserverTest, LeafMadeSeriesAreAClassOfTheirOwn) {
  const Slice slice = Slice::whole(report());
  observer_.scraped(slice);
  observer_.received(slice.head(3), Fate::kStored, at(2));
  observer_.received(slice.head(1), Fate::kDuplicate, at(2));
  observer_.dropped(slice.tail(3), LossCause::kRejected);
  observer_.pending(slice);
  const Accounts accounts = instrument_.finish(at(100), nullptr);
  EXPECT_EQ(accounts.leaf_made,
            (LeafMade{.scraped = 5, .delivered = 3, .duplicates = 1, .dropped = 2}));
  EXPECT_EQ(accounts.run, Account());
}

TEST_F(LedgerObserverTest, FailedScrapesAreOfferedOnly) {
  observer_.scrape_failed("/t/1/metrics", at(15), "timeout");
  EXPECT_EQ(instrument_.finish(at(100), nullptr).offered_failed, 1);
  EXPECT_EQ(instrument_.ledger().failures(1), std::vector<Instant>{at(15)});
}

TEST_F(LedgerObserverTest, FetchesReachTheInstrument) {
  observer_.federated("leaf", at(15), false);
  EXPECT_EQ(instrument_.fetches().at("leaf"),
            (std::vector<Fetch>{{at(15), FetchOutcome::kFailed}}));
}

}  // namespace
}  // namespace pushpull
