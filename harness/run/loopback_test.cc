// The loopback engine with mocks agrees with the virtual engine.
#include <numeric>

#include "harness/run/loopback_fixture.h"
#include "harness/run/loopback_world.h"
#include "harness/run/replaced_for_test.h"

namespace pushpull {
namespace {

// TCP payload between two times.
double wire_bytes(const RunOutcome& outcome, Instant from, Instant to) {
  const TimeSeries& wire = outcome.instrument->recorder().wire();
  double bytes = 0;
  for (const TimeSeries::Column& column : wire.columns()) {
    Instant at = wire.begin();
    for (const double value : column.values) {
      if (from <= at && at < to && !std::isnan(value)) bytes += value;
      at += wire.step();
    }
  }
  return bytes;
}

// Of everything that was sent: a batch belongs to no second. The stale markers at the end of
// scraping are as many in a short run as in a long one, so they count as samples here.
double pushed_bytes_per_sample(const RunOutcome& outcome) {
  return wire_bytes(outcome, Instant(), Instant::max()) /
         static_cast<double>(outcome.accounts.run.delivered + outcome.accounts.leaf_made.delivered);
}

// Of the measure window: roles fetch before warm-up begins, and nothing once scraping has ended.
double pulled_bytes_per_sample(const RunOutcome& outcome) {
  return wire_bytes(outcome, outcome.window.begin, outcome.window.end) /
         static_cast<double>(outcome.accounts.window.delivered);
}

void expect_same_counts(const RunOutcome& real, const RunOutcome& simulated) {
  const Account& a = real.accounts.window;
  const Account& b = simulated.accounts.window;
  EXPECT_EQ(a.scraped, b.scraped);
  EXPECT_EQ(a.delivered, b.delivered);
  EXPECT_EQ(a.undersampled, b.undersampled);
  EXPECT_EQ(a.lost, b.lost);
  EXPECT_EQ(a.pending, b.pending);
}

void expect_same_bytes(double real, double simulated) {
  EXPECT_NEAR(real / simulated, 1.0, 0.01)
      << real << " B/sample over sockets, " << simulated << " simulated";
  testing::Test::RecordProperty("loopback_bytes_per_sample", std::to_string(real));
  testing::Test::RecordProperty("virtual_bytes_per_sample", std::to_string(simulated));
}

TEST_F(LoopbackRunTest, PushLosesNothingInAnOutageAndAgreesWithTheVirtualEngine) {
  const Scenario outage = scenario(kOutage);
  const Result<RunOutcome> real = play_apart(outage, "push");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_EQ(real->accounts.window.scraped, kScraped);
  EXPECT_EQ(real->accounts.window.delivered, kScraped);
  EXPECT_EQ(real->accounts.run.corrupted + real->accounts.run.unknown, 0);
  EXPECT_GT(real->accounts.leaf_made.delivered, 0);

  const RunOutcome simulated = play_virtual(outage, "push");
  expect_same_counts(*real, simulated);
  expect_same_bytes(pushed_bytes_per_sample(*real), pushed_bytes_per_sample(simulated));
}

TEST_F(LoopbackRunTest, RelabelledSeriesAreRecognised) {
  const Scenario lean = scenario();
  const Result<RunOutcome> outcome = play(lean, "lean");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->invalid, std::vector<std::string>());
  const Workload workload = Workload::make(lean.workload_spec()).value();
  const int64_t dropped = relabelled_series(workload, lean.variants[1].second);
  ASSERT_GT(dropped, 200);
  const Account& window = outcome->accounts.window;
  EXPECT_EQ(window.scraped, kScraped);
  EXPECT_EQ(window.delivered, (2000 - dropped) * 8);
  EXPECT_EQ(window.lost_for(LossCause::kRelabelled), dropped * 8);
  EXPECT_EQ(outcome->accounts.run.corrupted + outcome->accounts.run.unknown, 0);
  EXPECT_GT(outcome->accounts.leaf_made.delivered, 0);
  EXPECT_EQ(window.lost_total(), play_virtual(lean, "lean").accounts.window.lost_total());
}

TEST_F(LoopbackRunTest, PullLosesTheRoundsOfAnOutageAndAgreesWithTheVirtualEngine) {
  const Scenario outage = scenario(kOutage);
  const Result<RunOutcome> real = play_apart(outage, "pull");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_EQ(real->accounts.window.scraped, kScraped);
  // Five fetches fail: 3 s lie between the last good one and the next, three scrapes of each
  // series, of which the newest is still there.
  EXPECT_EQ(real->accounts.window.lost_for(LossCause::kFederateFailed), 2 * 2000);
  EXPECT_EQ(real->accounts.window.delivered, kScraped - 2 * 2000);
  EXPECT_EQ(real->accounts.run.corrupted + real->accounts.run.unknown, 0);

  const RunOutcome simulated = play_virtual(outage, "pull");
  expect_same_counts(*real, simulated);
  expect_same_bytes(pulled_bytes_per_sample(*real), pulled_bytes_per_sample(simulated));
}

// A fifth of the series is replaced every two seconds.
constexpr ScenarioChurn kFastChurn = {.percent = 20, .every = Duration::seconds(2)};

TEST_F(LoopbackRunTest, PushUnderChurnIsExactAndAgreesWithTheVirtualEngine) {
  Scenario churning = scenario();
  churning.workload.churn = kFastChurn;
  churning.phases.drain = Duration::seconds(12);  // the markers wait for the deadline too
  const Workload workload = Workload::make(churning.workload_spec()).value();
  const Result<RunOutcome> real = play_apart(churning, "push");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_EQ(real->accounts.window.delivered, kScraped);
  EXPECT_EQ(real->accounts.run.corrupted + real->accounts.run.unknown, 0);
  const Ledger& ledger = real->instrument->ledger();
  const int64_t replaced = replaced_series(workload, ledger);
  EXPECT_GT(replaced, 400 * 3);  // five times, or four and a beginning
  // A marker for each, and for each that was there when scraping ended.
  const LeafMade& made = real->accounts.leaf_made;
  EXPECT_EQ(made.scraped, report_samples(workload, ledger) + replaced + 2000);
  // Reports of the last seconds wait for the batch deadline of 5 s: 2 targets a second.
  EXPECT_EQ((made.scraped - made.delivered) % 5, 0);
  EXPECT_LE(made.scraped - made.delivered, 7 * 2 * 5);
  const SavedSeries saved = saved_series(run_folder(), workload);
  EXPECT_EQ(saved.all, 2000 + replaced);
  EXPECT_EQ(saved.stale, saved.all);

  const RunOutcome simulated = play_virtual(churning, "push");
  expect_same_counts(*real, simulated);
}

TEST_F(LoopbackRunTest, PullUnderChurnIsExactAndAgreesWithTheVirtualEngine) {
  Scenario churning = scenario();
  churning.workload.churn = kFastChurn;
  const Result<RunOutcome> real = play_apart(churning, "pull");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_EQ(real->accounts.window.delivered, kScraped);
  EXPECT_EQ(real->accounts.run.corrupted + real->accounts.run.unknown, 0);
  // Federation carries no markers.
  const Workload workload = Workload::make(churning.workload_spec()).value();
  EXPECT_EQ(saved_series(run_folder(), workload).stale, 0);

  const RunOutcome simulated = play_virtual(churning, "pull");
  expect_same_counts(*real, simulated);
}

// As an outage: five fetches get the status, and two of the three rounds between are gone.
TEST_F(LoopbackRunTest, AnswersAtTheLinkCostPullItsRoundsAndAgreeWithTheVirtualEngine) {
  const Scenario answers =
      scenario("timeline: [{name: f, at: 2s, for: 2500ms, fault: http_status, status: 503}]\n");
  const Result<RunOutcome> real = play_apart(answers, "pull");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_EQ(real->accounts.window.lost_for(LossCause::kFederateFailed), 2 * 2000);
  const RunOutcome simulated = play_virtual(answers, "pull");
  expect_same_counts(*real, simulated);
  expect_same_bytes(pulled_bytes_per_sample(*real), pulled_bytes_per_sample(simulated));
}

}  // namespace
}  // namespace pushpull
