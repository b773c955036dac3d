#include "harness/run/blindness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run/metrics.h"

namespace pushpull {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

RunOutcome told(const Witnesses& witnesses) {
  RunOutcome outcome;
  tell_blindness(witnesses, outcome);
  return outcome;
}

std::vector<std::string> hidden(const RunOutcome& outcome) {
  std::vector<std::string> figures;
  for (const NotObservable& one : outcome.not_observable) figures.push_back(one.figure);
  return figures;
}

TEST(Blindness, OurServersTellEverything) {
  const RunOutcome outcome = told({});
  EXPECT_THAT(hidden(outcome), IsEmpty());
  EXPECT_THAT(outcome.warnings, IsEmpty());
}

TEST(Blindness, ARealCentralHidesDuplicatesAndBoundsLags) {
  const RunOutcome push = told({.push = true, .central_journals = false});
  EXPECT_THAT(hidden(push), ElementsAre("samples_duplicate", "samples_rejected"));
  EXPECT_THAT(push.warnings, ElementsAre(HasSubstr("upper bounds")));
  for (const bool leaf_journals : {true, false}) {
    const RunOutcome pull =
        told({.push = false, .leaf_journals = leaf_journals, .central_journals = false});
    EXPECT_FALSE(pull.observable("samples_duplicate"));
    EXPECT_TRUE(pull.observable("freshness_lag_p50"));
    EXPECT_THAT(pull.warnings, ElementsAre(HasSubstr("lower bounds")));
  }
}

TEST(Blindness, BetweenTwoRealServersNobodySeesWhenAPushedSampleArrives) {
  const RunOutcome outcome =
      told({.push = true, .leaf_journals = false, .central_journals = false});
  for (const char* figure :
       {"freshness_lag", "freshness_lag_p99", "reader_staleness_max", "staleness_p50", "delivered"})
    EXPECT_FALSE(outcome.observable(figure)) << figure;
  for (const char* figure :
       {"samples_delivered", "completeness", "generator_lateness_p50", "scraped", "backlog"})
    EXPECT_TRUE(outcome.observable(figure)) << figure;
  EXPECT_THAT(outcome.warnings, IsEmpty());
}

TEST(Blindness, ARealLeafDoesNotCountWhatItMakes) {
  EXPECT_THAT(hidden(told({.leaf_journals = false})), ElementsAre("leaf_made_scraped"));
}

}  // namespace
}  // namespace pushpull
