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
  outcome.instrument = std::make_unique<Instrument>(1, Window{}, Instant());
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

TEST(Blindness, ACentralThatKeepsDuplicatesShowsThem) {
  const RunOutcome outcome = told({.central_journals = false, .central_shows_duplicates = true});
  EXPECT_THAT(hidden(outcome), ElementsAre("samples_rejected"));
}

TEST(Blindness, ALeafWithAQueueOnDiskHasNoShards) {
  const RunOutcome push = told({.leaf_journals = false, .leaf_tells_queues = false});
  for (const char* figure : {"backlog", "shards", "shards_desired", "leaf_made_scraped"})
    EXPECT_FALSE(push.observable(figure)) << figure;
  EXPECT_TRUE(push.observable("requests"));
}

TEST(Blindness, OfSomebodyElsesCentralOnlyItsAnswersAreKnown) {
  const RunOutcome outcome = told({.central_journals = false, .central_runs = false});
  for (const char* figure :
       {"samples_duplicate", "samples_rejected", "samples_corrupted", "samples_unknown",
        "leaf_made_delivered", "cpu_seconds_central", "cpu_us_per_sample", "harness_share"})
    EXPECT_FALSE(outcome.observable(figure)) << figure;
  for (const char* figure : {"samples_delivered", "completeness", "samples_lost", "freshness_lag",
                             "leaf_made_scraped", "cpu_seconds_leaf", "wire_bytes_to_central"})
    EXPECT_TRUE(outcome.observable(figure)) << figure;
  EXPECT_THAT(outcome.warnings,
              ElementsAre(HasSubstr("delivered means acknowledged"), HasSubstr("upper bounds")));
}

TEST(Blindness, RoundedSamplesAreSaidToBe) {
  RunOutcome outcome;
  outcome.instrument = std::make_unique<Instrument>(1, Window{}, Instant());
  const Witnesses witnesses = {.rounding = {"vmagent 1", "victoriametrics 2"}};
  tell_blindness(witnesses, outcome);
  EXPECT_THAT(outcome.warnings, IsEmpty());
  outcome.instrument->recorder().count("samples_rounded", 17);
  tell_blindness(witnesses, outcome);
  EXPECT_THAT(outcome.warnings,
              ElementsAre(HasSubstr("17 samples arrived with other last digits than they were "
                                    "exposed with, within what vmagent 1 and victoriametrics 2")));
  for (const Metric& metric : metrics_of(outcome)) {
    if (metric.name != "samples_rounded") continue;
    EXPECT_EQ(metric.unit, "samples");
    EXPECT_EQ(metric.better, Better::kNone);
  }
}

}  // namespace
}  // namespace pushpull
