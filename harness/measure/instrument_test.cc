#include "harness/measure/instrument.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/measure/conservation.h"

namespace pushpull {
namespace {

constexpr Instant kBegin = Instant::from_unix_ms(1'000'000);
Instant at(int64_t seconds) { return kBegin + Duration::seconds(seconds); }
constexpr PositionRun kAll{0, 1, 10};

class InstrumentTest : public testing::Test {
 protected:
  Instrument instrument_{1, Window{at(0), at(100)}, kBegin};
};

TEST_F(InstrumentTest, OnlyFirstArrivalsHaveALag) {
  instrument_.scraped(0, 0, 10, at(10), at(11));
  instrument_.received(0, 0, kAll, Fate::kStored, at(12));
  instrument_.received(0, 0, kAll, Fate::kDuplicate, at(20));
  const Histogram& lag = instrument_.recorder().freshness_lag();
  EXPECT_EQ(lag.count(), 10u);
  EXPECT_EQ(lag.max(), Duration::seconds(2));
}

TEST_F(InstrumentTest, ADuplicateOfAnUnknownArrivalIsDelivered) {
  instrument_.scraped(0, 0, 10, at(10), at(11));
  instrument_.received(0, 0, kAll, Fate::kDuplicate, at(20));
  EXPECT_EQ(instrument_.finish(at(100), nullptr).run.delivered, 10);
}

TEST_F(InstrumentTest, LostAndPendingSamplesAreInfinitelyLate) {
  instrument_.scraped(0, 0, 10, at(10), at(11));
  instrument_.received(0, 0, PositionRun{0, 1, 5}, Fate::kStored, at(12));
  instrument_.received(0, 0, PositionRun{5, 1, 1}, Fate::kOutOfBounds, at(12));
  instrument_.dropped(0, 0, PositionRun{6, 1, 2}, LossCause::kRejected);
  instrument_.pending(0, 0, PositionRun{8, 1, 2});
  const Accounts accounts = instrument_.finish(at(100), nullptr);
  EXPECT_EQ(accounts.window.lost_total(), 3);
  EXPECT_EQ(accounts.window.pending, 2);
  EXPECT_EQ(instrument_.recorder().freshness_lag().infinite(), 5u);
  EXPECT_THAT(broken_equations(accounts), testing::IsEmpty());
}

TEST_F(InstrumentTest, WhatPullNeverMeantToShipHasNoLag) {
  instrument_.scraped(0, 0, 10, at(10), at(11));
  PullEvidence pull;
  pull.fetches = {{}};
  EXPECT_EQ(instrument_.finish(at(100), &pull).window.undersampled, 10);
  EXPECT_EQ(instrument_.recorder().freshness_lag().count(), 0u);
}

TEST_F(InstrumentTest, FetchesAreKeptByEndpoint) {
  instrument_.federated("leaf-0:9090", at(5), true);
  instrument_.federated("leaf-1:9090", at(6), false);
  instrument_.federated("leaf-0:9090", at(20), false);
  const std::vector<Fetch> expected = {{at(5), FetchOutcome::kOk}, {at(20), FetchOutcome::kFailed}};
  EXPECT_EQ(instrument_.fetches().find("leaf-0:9090")->second, expected);
}

}  // namespace
}  // namespace pushpull
