#include "harness/run/parallel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <latch>

namespace pushpull {
namespace {

TEST(RunJobs, OneThreadWorksInOrder) {
  std::vector<size_t> done;
  run_jobs({1, 1, 1}, 1, 100, [&](size_t job) { done.push_back(job); });
  EXPECT_THAT(done, testing::ElementsAre(0, 1, 2));
  run_jobs({}, 4, 100, [&](size_t) { FAIL(); });
}

TEST(RunJobs, JobsThatFitRunAtOnce) {
  // Each waits for the others: this ends only if all three are started.
  std::latch all(3);
  std::vector<int> done(3);
  run_jobs({40, 30, 30}, 3, 100, [&](size_t job) {
    all.arrive_and_wait();
    ++done[job];
  });
  EXPECT_THAT(done, testing::ElementsAre(1, 1, 1));
}

TEST(RunJobs, WhatRunsFitsIntoTheBudgetOrIsAlone) {
  const std::vector<int64_t> memory = {60, 30, 500, 70, 40, 10, 10, 90, 60};
  Exclusive exclusive;
  int64_t used = 0;
  int running = 0;
  std::vector<int> done(memory.size());
  run_jobs(memory, 4, 100, [&](size_t job) {
    exclusive([&] {
      used += memory[job];
      ++running;
      EXPECT_TRUE(used <= 100 || running == 1) << "job " << job << ", " << used << " in use";
    });
    exclusive([&] {
      used -= memory[job];
      --running;
      ++done[job];
    });
  });
  EXPECT_THAT(done, testing::Each(1));
}

}  // namespace
}  // namespace pushpull
