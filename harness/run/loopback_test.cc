// The loopback engine with mocks: it agrees with the virtual engine, and ends well when a role does
// not.
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "harness/run/loopback_world.h"
#include "harness/run/process_fixture.h"
#include "harness/run/relabelled_for_test.h"
#include "harness/run/replaced_for_test.h"
#include "harness/run/run_scenario.h"
#include "harness/run/virtual_world.h"
#include "harness/systems/child_process.h"

namespace pushpull {
namespace {

// 2 targets of 1000 series, every second.
constexpr std::string_view kScenario = R"(
version: 1
name: test
description: A small world.
engine: loopback
seed: 7
workload: {leaves: 1, targets: 2, series: 2000, scrape_interval: 1s, scrape_timeout: 1s}
calibration: prometheus-3.5
variants:
  push: {remote_write: {queue_config: {max_samples_per_send: 500}}}
  lean: {remote_write: {write_relabel_configs: RULES}}
  pull: {federate: {scrape_interval: 500ms, scrape_timeout: 500ms}}
phases: {warmup: 2s, measure: 8s, drain: 6s}
)";
constexpr int64_t kScraped = 2000 * 8;
constexpr std::string_view kOutage =
    "timeline: [{name: outage, at: 2s, for: 2500ms, fault: link_down}]\n";
constexpr std::string_view kCentralDown =
    "timeline: [{name: restart, at: 2s, for: 2500ms, fault: central_down}]\n";

constexpr Duration kHalfSecond = Duration::milliseconds(500);

// How far two times are apart on a clock of half a second.
Duration apart(Instant a, Instant b) {
  const Duration turn = Duration::nanoseconds(std::abs((a - b).ns() % kHalfSecond.ns()));
  return std::min(turn, kHalfSecond - turn);
}

class LoopbackRunTest : public ProcessTest {
 protected:
  static Scenario scenario(std::string_view timeline = "") {
    std::string text = std::string(kScenario) + std::string(timeline);
    text.replace(text.find("RULES"), 5, kDisguise);
    return load_scenario(std::move(text), "test.yaml").value();
  }

  RunOutcome play_virtual(const Scenario& scenario, const std::string& variant) const {
    const std::string shipped = std::string(PUSHPULL_SOURCE_DIR) + "/scenarios";
    const Calibration calibration =
        find_calibration(scenario.calibration, shipped + "/x.yaml", shipped).value();
    const Workload workload = Workload::make(scenario.workload_spec()).value();
    const auto it =
        std::ranges::find_if(scenario.variants, [&](const auto& v) { return v.first == variant; });
    return VirtualWorld(scenario, it->second, workload, calibration).run([](Duration, Duration) {
      return true;
    });
  }

  // Plays with fetches well apart from scrapes, and both from the edges of the outage. Ports decide
  // the phases, and are as the system gives them: runs that begin otherwise are given up before
  // warm-up ends.
  Result<RunOutcome> play_apart(const Scenario& scenario, const std::string& variant) {
    constexpr int kTries = 20;
    for (int i = 0; i < kTries; ++i) {
      bool suitable = true;
      bool judged = false;
      Result<RunOutcome> outcome = play(scenario, variant, [&](Duration done, Duration /*total*/) {
        if (judged || done < scenario.phases.warmup * 3 / 4) return suitable;
        judged = true;
        return suitable = phases_are_apart(variant == "pull");
      });
      if (!outcome || suitable) return outcome;
    }
    return Error{"no suitable phases in " + std::to_string(kTries) + " tries"};
  }

 private:
  bool phases_are_apart(bool pull) const {
    // Warm-up and outage begin and end on whole half seconds.
    std::vector<Instant> fixed = {Instant()};
    const auto fetches = entries<journal::Federated>("central");
    if (pull && fetches.empty()) return false;
    if (pull) fixed.push_back(fetches.back().intended);
    std::vector<Instant> others = {fixed.back()};
    for (const auto& answer : entries<journal::Answered>("targets-0")) {
      // The first scrape of all is late: the server is just starting.
      if (answer.ordinal > 0) others.push_back(answer.arrival);
    }
    constexpr Duration kApart = Duration::milliseconds(50);
    return std::ranges::all_of(fixed, [&](Instant a) {
      return std::ranges::all_of(others,
                                 [&](Instant b) { return a == b || apart(a, b) >= kApart; });
    });
  }
};

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

TEST_F(LoopbackRunTest, ACentralThatRestartsOnItsDataCostsPushNothing) {
  const Result<RunOutcome> real = play(scenario(kCentralDown), "push");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_EQ(real->accounts.window.delivered, kScraped);
  EXPECT_EQ(real->accounts.run.corrupted + real->accounts.run.unknown, 0);
  EXPECT_GT(*real->instrument->recorder().freshness_lag().max(), Duration::milliseconds(1500));
}

TEST_F(LoopbackRunTest, ACentralThatRestartsCostsPullTheRoundsItMissed) {
  const Result<RunOutcome> real = play(scenario(kCentralDown), "pull");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  const Account& window = real->accounts.window;
  EXPECT_EQ(window.scraped, kScraped);
  // At least 2.5 s lie between two fetches, so two scrapes of each series, of which one is there;
  // at most the fetches around them and a slow start are more.
  EXPECT_GE(window.lost_for(LossCause::kFederateMissed), 2000);
  EXPECT_LE(window.lost_total(), 4 * 2000);
  EXPECT_EQ(window.delivered + window.undersampled + window.lost_total(), kScraped);
  EXPECT_EQ(real->accounts.run.corrupted + real->accounts.run.unknown, 0);
}

TEST_F(LoopbackRunTest, ARunThatCannotStartKeepsTheResultsOfThoseBefore) {
  std::vector<Cell> cells(1);
  cells[0].id = "default";
  cells[0].scenario = scenario();
  cells[0].scenario.phases = {Duration::seconds(2), Duration::seconds(1), Duration::seconds(1)};
  RunnerOptions options;
  options.loopback = {folder() + "/runs", PUSHPULL_BINARY};
  // Only the first run is let start.
  const Calibrations none;
  ScenarioRunner runner(cells, none, options, [](const RunProgress& at) { return at.run == 0; });
  const Result<ScenarioRun> both = runner.run();
  ASSERT_TRUE(both.ok()) << both.error().message;
  EXPECT_TRUE(both->interrupted);
  EXPECT_EQ(both->failures, std::vector<std::string>{"pull: interrupted"});
  const auto& runs = both->result["runs"];
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0]["variant"], "push");
  EXPECT_EQ(runs[0]["valid"], true);
  EXPECT_EQ(runs[0]["interrupted"], false);
  EXPECT_EQ(pids_with(folder()), std::vector<pid_t>());
}

TEST_F(LoopbackRunTest, TheCommandLineToolExitsWith1WhereARunBreaks) {
  // A leaf that ends by itself in the middle of its run.
  const std::string binary = folder() + "/prometheus";
  std::ofstream(binary)
      << "#!/bin/sh\n"
         "if [ \"$1\" = --version ]; then echo prometheus, version 3.5.0; exit; fi\n"
         "exec timeout 3 " PUSHPULL_BINARY " prometheus \"$1\" \"$2\" \"$3\"\n";
  std::filesystem::permissions(binary, std::filesystem::perms::owner_all);
  const std::string file = folder() + "/breaks.yaml";
  std::ofstream(file) << kScenario;
  const std::string out = folder() + "/out";
  const auto cli = ChildProcess::start(
      {"pushpull",
       {PUSHPULL_BINARY, "run", file, "--out", out, "--no-report", "--quiet", "--set",
        "systems={leaf: prometheus, prometheus_binary: " + binary + "}", "--set",
        "phases.warmup=8s"},
       folder() + "/cli.log"});
  ASSERT_TRUE(cli.ok()) << cli.error().message;
  ASSERT_TRUE((*cli)->await_end(Duration::seconds(60)));
  EXPECT_EQ((*cli)->exit_code(), 1) << (*cli)->log_text();
  EXPECT_NE((*cli)->log_text().find("leaf-0 (prometheus 3.5.0)"), std::string::npos)
      << (*cli)->log_text();
  std::ifstream result(out + "/result.json");
  const auto document = nlohmann::json::parse(result);
  EXPECT_EQ(document["exit"]["code"], 1);
  EXPECT_EQ(document["interrupted"], true);
  EXPECT_EQ(document["result"]["runs"][0]["valid"], false);
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

TEST_F(LoopbackRunTest, FaultsOfTheLinkAndASlowCentralCostPushNothing) {
  const Result<RunOutcome> real =
      play(scenario("timeline:\n"
                    "- {name: a, at: 1s, for: 1s, fault: latency, add: 300ms, jitter: 20ms}\n"
                    "- {name: b, at: 1500ms, fault: reset}\n"
                    "- {name: c, at: 2s, for: 1s, fault: http_status, status: 503, share: 50%}\n"
                    "- {name: d, at: 3s, for: 1s, fault: blackhole}\n"
                    "- {name: e, at: 5s, for: 1s, fault: bandwidth, limit: 1Mbit/s}\n"
                    "- {name: f, at: 5s, for: 1s, fault: packet_loss, share: 5%}\n"
                    "- {name: g, at: 6s, for: 2s, fault: slow_receiver, per_request: 700ms}\n"),
           "push");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_EQ(real->faults.size(), 7u);
  EXPECT_EQ(real->accounts.window.scraped, kScraped);
  EXPECT_EQ(real->accounts.window.delivered, kScraped);
  EXPECT_GT(*real->instrument->recorder().freshness_lag().max(), Duration::milliseconds(700));
}

TEST_F(LoopbackRunTest, FaultsOfTheRolesAreAccountedFor) {
  const Result<RunOutcome> real =
      play(scenario("timeline:\n"
                    "- {name: a, at: 1s, for: 1s, fault: pause, role: central}\n"
                    "- {name: b, at: 2s, for: 1s, fault: target_down, share: 50%}\n"
                    "- {name: c, at: 3500ms, fault: central_restart}\n"
                    "- {name: d, at: 4s, for: 1s, fault: leaf_restart}\n"
                    "- {name: e, at: 6s, for: 1s, fault: pause, role: leaf}\n"),
           "push");
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_FALSE(real->interrupted);
  EXPECT_EQ(real->faults.size(), 5u);
  const Account& window = real->accounts.window;
  // One of two targets once; both at least once while the leaf is away.
  EXPECT_LE(window.scraped, kScraped - 1000 - 2000);
  EXPECT_GT(window.scraped, kScraped / 3);
  EXPECT_EQ(window.delivered + window.lost_total(), window.scraped);
  EXPECT_EQ(window.lost_total(), window.lost_for(LossCause::kRestart));
  EXPECT_GT(real->accounts.offered_failed, 0);
}

TEST_F(LoopbackRunTest, ARoleThatDiesEndsTheRunAndIsNamed) {
  bool killed = false;
  const Result<RunOutcome> real = play(scenario(), "push", [&](Duration done, Duration /*total*/) {
    if (done < Duration::seconds(4) || std::exchange(killed, true)) return true;
    for (const pid_t pid : pids_with("--host-name=leaf-0")) ::kill(pid, SIGKILL);
    return true;
  });
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_TRUE(real->interrupted);
  ASSERT_FALSE(real->invalid.empty());
  EXPECT_TRUE(real->invalid[0].starts_with("leaf-0 (mock 3.5) was killed by signal 9"))
      << real->invalid[0];
  EXPECT_NE(real->invalid[0].find("listening on port"), std::string::npos) << real->invalid[0];
  EXPECT_GT(real->accounts.window.delivered, 0);
  EXPECT_EQ(pids_with(run_folder()), std::vector<pid_t>());
}

TEST_F(LoopbackRunTest, ARoleThatDiesAtOnceIsNamedWithItsLog) {
  const std::string binary = folder() + "/prometheus";
  std::ofstream(binary)
      << "#!/bin/sh\n"
         "if [ \"$1\" = --version ]; then echo prometheus, version 3.5.0; exit; fi\n"
         "echo listen tcp: address already in use >&2\n"
         "exit 1\n";
  std::filesystem::permissions(binary, std::filesystem::perms::owner_all);
  Scenario dying = scenario();
  dying.systems.leaf = SystemKind::kPrometheus;
  dying.systems.prometheus_binary = binary;
  const Result<RunOutcome> none = play(dying, "push");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().message,
            "leaf-0 (prometheus 3.5.0) exited with 1; the end of its log:\n"
            "listen tcp: address already in use\n");
  EXPECT_EQ(pids_with(run_folder()), std::vector<pid_t>());
}

TEST_F(LoopbackRunTest, ARunThatCannotStartLeavesNobodyBehind) {
  Scenario missing = scenario();
  missing.systems.leaf = SystemKind::kPrometheus;
  missing.systems.prometheus_binary = "/no/such/prometheus";
  const Result<RunOutcome> none = play(missing, "push");
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message.find("/no/such/prometheus"), std::string::npos);
  EXPECT_EQ(pids_with(run_folder()), std::vector<pid_t>());
}

TEST_F(LoopbackRunTest, TheUserMayStopItAndKeepsWhatWasMeasured) {
  // What an earlier run has left in the folder is none of this run's.
  std::filesystem::create_directories(folder() + "/1/leaf-0.data");
  std::ofstream(folder() + "/1/leaf-0.data/pushpull-head") << "not a head";
  std::ofstream(folder() + "/1/central.journal") << "not a journal";

  const Result<RunOutcome> real = play(scenario(), "push", [](Duration done, Duration /*total*/) {
    return done < Duration::seconds(4);
  });
  ASSERT_TRUE(real.ok()) << real.error().message;
  EXPECT_TRUE(real->interrupted);
  EXPECT_EQ(real->invalid, std::vector<std::string>());
  EXPECT_GT(real->accounts.window.scraped, 0);
  EXPECT_LT(real->accounts.window.scraped, kScraped);
  EXPECT_EQ(pids_with(run_folder()), std::vector<pid_t>());
}

}  // namespace
}  // namespace pushpull
