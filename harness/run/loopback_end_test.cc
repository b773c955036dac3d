// How runs of the loopback engine end: by the user, or because a role does not start or dies.
#include <nlohmann/json.hpp>

#include "harness/run/loopback_fixture.h"
#include "harness/run/run_scenario.h"
#include "harness/systems/child_process.h"

namespace pushpull {
namespace {

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
  EXPECT_EQ(both->failures, std::vector<std::string>{"lean: interrupted"});
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
  std::ofstream(file) << scenario_text();
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
