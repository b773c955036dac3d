#include "harness/remote_write/series_rules.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

SeriesVerdict judge(std::vector<Label> labels, const char* release) {
  return judge_series(Labels(std::move(labels)), *release_profile(release));
}

TEST(SeriesRules, AnOrdinarySeriesIsAcceptedByAll) {
  for (const char* release : {"2.42", "2.48", "3.5", "3.14"}) {
    EXPECT_EQ(judge({{"__name__", "up"}, {"job", "näive ✓"}}, release), SeriesVerdict::kAccept);
  }
}

TEST(SeriesRules, InvalidSeriesAreStoredThenSkipped) {
  const std::vector<std::vector<Label>> invalid = {
      {{"job", "a"}},                                 // no name
      {{"__name__", "up"}, {"job", "\xff"}},          // not UTF-8
      {{"__name__", "up"}, {"job", "\xc0\xaf"}},      // overlong
      {{"__name__", "up"}, {"job", "\xed\xa0\x80"}},  // surrogate
      {{"__name__", "up"}, {"job", "\xf4\x90\x80\x80"}},
      {{"__name__", "up"}, {"job", "\xe2\x9c"}},  // cut off
  };
  for (const auto& labels : invalid) {
    EXPECT_EQ(judge(labels, "2.45"), SeriesVerdict::kAccept);
    EXPECT_EQ(judge(labels, "2.46"), SeriesVerdict::kSkip);
    EXPECT_EQ(judge(labels, "3.5"), SeriesVerdict::kSkip);
  }
}

TEST(SeriesRules, NamesMayBeAnyTextSince3) {
  const std::vector<Label> dotted = {{"__name__", "http.requests"}, {"service.name", "a"}};
  EXPECT_EQ(judge(dotted, "2.55"), SeriesVerdict::kSkip);
  EXPECT_EQ(judge(dotted, "3.0"), SeriesVerdict::kAccept);
  EXPECT_EQ(judge({{"__name__", "job:up:sum"}}, "2.55"), SeriesVerdict::kAccept);
  EXPECT_EQ(judge({{"__name__", "up"}, {"a:b", "c"}}, "2.55"), SeriesVerdict::kSkip);
  EXPECT_EQ(judge({{"__name__", "5xx"}}, "2.55"), SeriesVerdict::kSkip);
}

TEST(SeriesRules, RepeatedNamesFailedTheRequestBefore255) {
  const std::vector<Label> repeated = {{"__name__", "up"}, {"job", "a"}, {"job", "b"}};
  EXPECT_EQ(judge(repeated, "2.42"), SeriesVerdict::kFail);
  EXPECT_EQ(judge(repeated, "2.54"), SeriesVerdict::kFail);
  EXPECT_EQ(judge(repeated, "2.55"), SeriesVerdict::kSkip);
  EXPECT_EQ(judge({}, "2.42"), SeriesVerdict::kFail);
  EXPECT_EQ(judge({}, "3.5"), SeriesVerdict::kSkip);
}

// The words of a real 3.5.
TEST(SeriesRules, SaysWhyASeriesIsRefused) {
  EXPECT_EQ(series_refusal(Labels({{"job", "a"}})),
            "invalid metric name or labels, got {job=\"a\"}");
  EXPECT_EQ(series_refusal(Labels()), "invalid metric name or labels, got {}");
  EXPECT_EQ(series_refusal(Labels({{"__name__", "up"}, {"job", "a"}, {"job", "b"}})),
            "invalid labels for series, labels {__name__=\"up\", job=\"a\", job=\"b\"}, "
            "duplicated label job");
}

TEST(SeriesRules, LabelSetsAreShownAsGoShowsThem) {
  EXPECT_EQ(label_set_text(Labels({{"__name__", "up"}, {"a.b", "x"}, {"q", "say \"hi\""}})),
            R"({__name__="up", "a.b"="x", q="say \"hi\""})");
}

}  // namespace
}  // namespace pushpull
