#include "harness/run/run_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushpull {
namespace {

using testing::ElementsAre;

std::vector<Cell> cells(const std::string& more) {
  return load_cells(
             "version: 1\n"
             "name: s\n"
             "workload: {targets: 2, series: 100}\n"
             "links: {lan: {rtt: 1ms}, wan: {rtt: 80ms}}\n"
             "link: lan\n"
             "variants: {push: {remote_write: {}}, pull: {federate: {}}}\n" +
                 more,
             "s.yaml")
      .value();
}

// "cell/variant/repetition", and "=i" where it is the same as run i.
std::vector<std::string> show(const std::vector<PlannedRun>& plan) {
  std::vector<std::string> out;
  for (const PlannedRun& run : plan) {
    out.push_back(std::to_string(run.cell) + "/" + std::to_string(run.variant) + "/" +
                  std::to_string(run.repetition) +
                  (run.same_as ? "=" + std::to_string(*run.same_as) : ""));
  }
  return out;
}

TEST(RunPlan, RepetitionsAreTheOuterLoopAndVariantsAlternate) {
  const auto plan =
      plan_runs(cells("engine: loopback\nrepetitions: 2\nmatrix: {link: [lan, wan]}\n"));
  EXPECT_THAT(show(plan),
              ElementsAre("0/0/0", "0/1/0", "1/0/0", "1/1/0", "0/0/1", "0/1/1", "1/0/1", "1/1/1"));
}

TEST(RunPlan, WhatAnAxisDoesNotConcernIsRunOnce) {
  const auto plan =
      plan_runs(cells("matrix: {variants.push.remote_write.queue_config.max_samples_per_send: "
                      "[500, 1000, 2000]}\n"));
  EXPECT_THAT(show(plan), ElementsAre("0/0/0", "0/1/0", "1/0/0", "1/1/0=1", "2/0/0", "2/1/0=1"));
}

TEST(RunPlan, WhatAnAxisConcernsIsRunEachTime) {
  for (const char* axis : {"workload.series: [100, 200]", "link: [lan, wan]", "seed: [1, 2]",
                           "phases.drain: [1m, 2m]", "links.lan.bandwidth: [1Mbit/s, 2Mbit/s]"}) {
    EXPECT_THAT(show(plan_runs(cells("matrix: {" + std::string(axis) + "}\n"))),
                ElementsAre("0/0/0", "0/1/0", "1/0/0", "1/1/0"))
        << axis;
  }
  // A link that nobody uses changes nothing.
  EXPECT_THAT(show(plan_runs(cells("matrix: {links.wan.rtt: [1ms, 2ms]}\n"))),
              ElementsAre("0/0/0", "0/1/0", "1/0/0=0", "1/1/0=1"));
}

TEST(RunPlan, LoopbackRunsAreAllRun) {
  const auto plan = plan_runs(cells("engine: loopback\nmatrix: {links.wan.rtt: [1ms, 2ms]}\n"));
  EXPECT_THAT(show(plan), ElementsAre("0/0/0", "0/1/0", "1/0/0", "1/1/0"));
}

TEST(EstimatedWall, SharesVirtualRunsAmongJobs) {
  std::vector<PlannedRun> plan(5);
  for (PlannedRun& run : plan) run.estimate.wall = Duration::seconds(2);
  plan[4].same_as = 0;
  EXPECT_EQ(estimated_wall(plan, Engine::kVirtual, 1), Duration::seconds(8));
  EXPECT_EQ(estimated_wall(plan, Engine::kVirtual, 2), Duration::seconds(4));
  EXPECT_EQ(estimated_wall(plan, Engine::kVirtual, 100), Duration::seconds(2));  // the longest
  EXPECT_EQ(estimated_wall(plan, Engine::kLoopback, 2), Duration::seconds(8));
}

}  // namespace
}  // namespace pushpull
