#include "harness/prometheus/sent_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushpull {
namespace {

using ::testing::HasSubstr;

Workload workload_of(const ChurnSpec& churn = {}) {
  return Workload::make({.leaves = 2, .targets = 2, .series = 120, .seed = 7, .churn = churn})
      .value();
}

RelabelConfig label_drop(std::string regex) {
  RelabelConfig rule;
  rule.action = RelabelAction::kLabelDrop;
  rule.regex = std::move(regex);
  return rule;
}

RelabelConfig rename(std::string source, std::string target, std::string prefix) {
  RelabelConfig rule;
  rule.source_labels = {std::move(source)};
  rule.target_label = std::move(target);
  rule.replacement = std::move(prefix) + "$1";
  return rule;
}

RelabelConfig drop(std::string source, std::string regex) {
  RelabelConfig rule;
  rule.action = RelabelAction::kDrop;
  rule.source_labels = {std::move(source)};
  rule.regex = std::move(regex);
  return rule;
}

std::vector<SentLabels> leaves(const std::vector<RelabelConfig>& rules) {
  const Relabeler relabeler(rules);
  return {{{{"prometheus", "leaf-0"}}, relabeler}, {{{"prometheus", "leaf-1"}}, relabeler}};
}

// The instance moves to another label, the metrics get a prefix: nothing is where it was.
const std::vector<RelabelConfig> kDisguise = {rename("instance", "from", "at-"),
                                              rename("__name__", "__name__", "x_"),
                                              label_drop("instance|job")};

TEST(SentSeries, AreFoundByWhatTheyBecame) {
  const Workload workload = workload_of();
  const std::vector<SentLabels> sent = leaves(kDisguise);
  const auto known = known_series(workload, sent);
  for (const uint32_t t : {0U, 3U}) {
    const Target& target = workload.target(t);
    for (uint32_t p = 0; p < target.size(); ++p) {
      Labels labels = target.stored_labels(p);
      EXPECT_EQ(known->find(labels), SeriesId()) << "nobody sends it like that";
      ASSERT_TRUE(sent[t / 2].apply(labels));
      EXPECT_EQ(known->find(labels), (SeriesId{SeriesId::Kind::kWorkload, t, p, 0}));
    }
    for (const char* name : {"up", "scrape_series_added", "scrape_timeout_seconds"}) {
      Labels made = target.target_labels();
      made.set("__name__", name);
      ASSERT_TRUE(sent[t / 2].apply(made));
      EXPECT_EQ(known->find(made).kind, SeriesId::Kind::kLeafMade) << name;
    }
  }
}

TEST(SentSeries, LaterGenerationsAreFoundAsTheyCome) {
  const Workload workload = workload_of({.per_million = 500'000, .scrapes = 1});
  const std::vector<SentLabels> sent = leaves(kDisguise);
  const auto known = known_series(workload, sent);
  for (uint32_t generation = 0; generation < 9; ++generation) {
    Labels labels = workload.target(1).stored_labels(5, generation);
    ASSERT_TRUE(sent[0].apply(labels));
    EXPECT_EQ(known->find(labels), (SeriesId{SeriesId::Kind::kWorkload, 1, 5, generation}));
  }
  EXPECT_EQ(known->find({{"__name__", "stranger"}}), SeriesId());
}

TEST(SentSeries, WithoutChangesTheyAreFoundAmongOtherLabels) {
  const Workload workload = workload_of();
  const auto known = known_series(workload, leaves({drop("__name__", "nothing")}));
  Labels labels = workload.target(1).stored_labels(5);
  labels.set("replica", "b");
  EXPECT_EQ(known->find(labels), (SeriesId{SeriesId::Kind::kWorkload, 1, 5, 0}));
}

TEST(CheckSentSeries, ADisguiseThatTellsAllApartIsFine) {
  EXPECT_TRUE(check_sent_series(workload_of(), leaves(kDisguise)).ok());
  EXPECT_TRUE(check_sent_series(workload_of(), leaves({drop("__name__", ".*")})).ok());
}

TEST(CheckSentSeries, TwoSeriesMayNotBecomeOne) {
  const Status told = check_sent_series(workload_of(), leaves({label_drop("instance|pod|node")}));
  ASSERT_FALSE(told.ok());
  EXPECT_THAT(told.error().message, HasSubstr("relabelling makes two series one"));
  EXPECT_THAT(told.error().message, HasSubstr("instance=")) << "it shows them as they were";
}

TEST(CheckSentSeries, NorTwoGenerationsOfOne) {
  const std::vector<SentLabels> sent = leaves({label_drop(std::string(kGenerationLabel))});
  EXPECT_TRUE(check_sent_series(workload_of(), sent).ok());
  EXPECT_FALSE(check_sent_series(workload_of({.per_million = 1000, .scrapes = 1}), sent).ok());
}

TEST(CheckSentSeries, ASeriesNeedsAName) {
  const Status told = check_sent_series(workload_of(), leaves({label_drop("__name__")}));
  ASSERT_FALSE(told.ok());
  EXPECT_THAT(told.error().message, HasSubstr("without a metric name"));
}

TEST(RelabelledPositions, AreThoseTheRulesDrop) {
  const Workload workload = workload_of();
  const Target& target = workload.target(0);
  const std::string name(target.stored_labels(3).metric_name());
  std::vector<uint32_t> expected;
  for (uint32_t p = 0; p < target.size(); ++p) {
    if (target.stored_labels(p).metric_name() == name) expected.push_back(p);
  }
  EXPECT_EQ(relabelled_positions(target, {}, leaves({drop("__name__", name)})[0]), expected);
}

}  // namespace
}  // namespace pushpull
