#include "harness/workload/labels.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

Labels up() { return Labels({{"job", "bench"}, {"__name__", "up"}, {"instance", "a:1"}}); }

TEST(Labels, AreSortedByNameAndHaveNoEmptyValues) {
  const Labels labels({{"b", "2"}, {"a", "1"}, {"c", ""}});
  EXPECT_EQ(labels.size(), 2u);
  EXPECT_EQ(labels.to_string(), R"({a="1",b="2"})");
}

TEST(Labels, AbsentIsEmpty) {
  EXPECT_EQ(up().get("job"), "bench");
  EXPECT_EQ(up().get("jo"), "");
  EXPECT_EQ(up().get("zone"), "");
  EXPECT_EQ(up().metric_name(), "up");
  EXPECT_FALSE(Labels().has("a"));
}

TEST(Labels, RepeatedNamesAreSeen) {
  EXPECT_FALSE(up().has_duplicate_names());
  EXPECT_TRUE(Labels({{"a", "1"}, {"b", "2"}, {"a", "3"}}).has_duplicate_names());
}

TEST(Labels, SetAddsReplacesAndRemoves) {
  Labels labels = up();
  labels.set("env", "prod");
  labels.set("job", "other");
  labels.set("instance", "");
  labels.set("never_there", "");
  EXPECT_EQ(labels, Labels({{"__name__", "up"}, {"env", "prod"}, {"job", "other"}}));
}

TEST(Labels, PrintLikeTheTextFormat) {
  const Labels labels({{"__name__", "m"}, {"path", "C:\\x"}, {"said", "\"no\"\n"}});
  EXPECT_EQ(labels.to_string(), R"(m{path="C:\\x",said="\"no\"\n"})");
}

TEST(TargetLabels, AreAddedWhereNothingConflicts) {
  const Labels exposed({{"__name__", "m"}, {"code", "200"}});
  const Labels target({{"instance", "a:1"}, {"job", "bench"}});
  const Labels both({{"__name__", "m"}, {"code", "200"}, {"instance", "a:1"}, {"job", "bench"}});
  EXPECT_EQ(with_target_labels(exposed, target, false), both);
  EXPECT_EQ(with_target_labels(exposed, target, true), both);
}

TEST(TargetLabels, WinUnlessHonorLabels) {
  const Labels exposed({{"__name__", "m"}, {"job", "theirs"}});
  const Labels target({{"job", "bench"}});
  EXPECT_EQ(with_target_labels(exposed, target, false).to_string(),
            R"(m{exported_job="theirs",job="bench"})");
  EXPECT_EQ(with_target_labels(exposed, target, true).to_string(), R"(m{job="theirs"})");
}

TEST(TargetLabels, TheExportedPrefixRepeatsUntilTheNameIsFree) {
  const Labels exposed({{"exported_job", "older"}, {"job", "old"}});
  EXPECT_EQ(with_target_labels(exposed, Labels({{"job", "new"}}), false).to_string(),
            R"({exported_exported_job="old",exported_job="older",job="new"})");
}

TEST(TargetLabels, ShorterNamesMoveFirst) {
  // Both exposed labels are displaced. job finds exported_job taken by the target and stops at two
  // prefixes; exported_job, which moves second, needs a third.
  const Labels exposed({{"exported_job", "e"}, {"job", "j"}});
  const Labels target({{"exported_job", "te"}, {"job", "tj"}});
  const Labels merged = with_target_labels(exposed, target, false);
  EXPECT_EQ(merged.get("exported_exported_job"), "j");
  EXPECT_EQ(merged.get("exported_exported_exported_job"), "e");
}

}  // namespace
}  // namespace pushpull
