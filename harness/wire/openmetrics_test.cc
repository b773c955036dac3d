#include "harness/wire/openmetrics.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/wire/exposed_for_test.h"

namespace pushpull::wire {
namespace {

using Lines = std::vector<std::string>;

constexpr ExpositionDialect k242 = {.utf8_names = false, .normalised_bounds = false};

ParsedText parsed(const std::string& body, const ExpositionDialect& dialect = {}) {
  Result<ParsedText> result = parse_openmetrics(body, dialect);
  EXPECT_TRUE(result.ok()) << body << ": " << result.error().message;
  return result.ok() ? *result : ParsedText();
}
// A line that must be good, as it is understood.
Lines line(const std::string& text, const ExpositionDialect& dialect = {}) {
  return shown(parsed(text + "\n# EOF\n", dialect));
}
bool refused(const std::string& text, const ExpositionDialect& dialect = {}) {
  return !parse_openmetrics(text + "\n# EOF\n", dialect).ok();
}

TEST(OpenMetrics, SamplesAreLikeText) {
  EXPECT_EQ(line("up 1"), Lines{"up 1"});
  EXPECT_EQ(line("up{a=\"b\",c=\"\"} +Inf"), Lines{"up{a=\"b\"} +Inf"});
  EXPECT_EQ(line("up{a=\"x\\n\\\"\\\\y\",} 1"), Lines{"up{a=\"x\\n\\\"\\\\y\"} 1"});
  EXPECT_EQ(line("up_created 1.5e9"), Lines{"up_created 1.5e+09"}) << "a sample like any other";
}

TEST(OpenMetrics, TimestampsAreSeconds) {
  EXPECT_EQ(line("up 1 1700000000.1234"), Lines{"up 1 @1700000000123"}) << "cut off";
  EXPECT_EQ(line("up 1 -1.5"), Lines{"up 1 @-1500"});
  EXPECT_TRUE(refused("up 1 NaN"));
  EXPECT_TRUE(refused("up 1 1e300"));
}

TEST(OpenMetrics, ExemplarsFollowTheSample) {
  const ParsedText read = parsed(
      "a_total 1 # {trace_id=\"x\"} 0.5\n"
      "b_total 2 5 # {span=\"s\",trace_id=\"y\"} 1 1700000000.5\n"
      "c_total 3 # {} 2 7\n# EOF\n");
  EXPECT_EQ(shown(read), (Lines{"a_total 1", "b_total 2 @5000", "c_total 3"}));
  EXPECT_EQ(exemplars(read),
            (Lines{"0: {trace_id=\"x\"} 0.5", "1: {span=\"s\",trace_id=\"y\"} 1 @1700000000500",
                   "2: {} 2 @7000"}));
}

// As Prometheus's parser has it: only the samples' own labels are unescaped.
TEST(OpenMetrics, LabelsOfExemplarsStandAsTheyAre) {
  const ParsedText read = parsed("a 1 # {t=\"x\\\"y\"} 1\n# EOF\n");
  EXPECT_EQ(read.extras->exemplars[0].second.labels.get("t"), "x\\\"y");
}

TEST(OpenMetrics, BoundsOfTypedMetricsAreNormalised) {
  const std::string body =
      "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\n"
      "# TYPE s summary\ns{quantile=\"5e-1\"} 1\ns{le=\"1\"} 1\n"
      "# TYPE g gauge\ng{le=\"1\"} 1\n# EOF\n";
  EXPECT_EQ(shown(parsed(body)),
            (Lines{"h_bucket{le=\"1.0\"} 1", "h_bucket{le=\"+Inf\"} 2", "s{quantile=\"0.5\"} 1",
                   "s{le=\"1\"} 1", "g{le=\"1\"} 1"}));
  EXPECT_EQ(shown(parsed(body, k242))[0], "h_bucket{le=\"1\"} 1");
}

TEST(OpenMetrics, QuotedNames) {
  EXPECT_EQ(line("{\"http.up\",\"a.b\"=\"c\"} 1"), Lines{"http.up{a.b=\"c\"} 1"});
  EXPECT_EQ(line("{a=\"b\",\"up\"} 1"), Lines{"up{a=\"b\"} 1"});
  EXPECT_EQ(line("# TYPE \"http.up\" gauge\n{\"http.up\"} 1"), Lines{"http.up 1"});
  EXPECT_TRUE(refused("{\"http.up\"} 1", k242));
  EXPECT_TRUE(refused("up{\"other\"} 1"));
  EXPECT_TRUE(refused("{a=\"b\"} 1"));
  EXPECT_TRUE(refused("{__name__=\"up\"} 1"));
}

TEST(OpenMetrics, MustEnd) {
  EXPECT_TRUE(parse_openmetrics("up 1\n# EOF", {}).ok());
  EXPECT_TRUE(parse_openmetrics("", {}).ok()) << "an empty scrape";
  EXPECT_FALSE(parse_openmetrics("up 1\n", {}).ok());
  EXPECT_FALSE(parse_openmetrics("up 1\n# EOF\nup 2\n", {}).ok());
  EXPECT_FALSE(parse_openmetrics("up 1", {}).ok());
}

TEST(OpenMetrics, TakesNothingElse) {
  for (const char* bad : {"",
                          " up 1",
                          "up  1",
                          "up 1 ",
                          "up\t1",
                          "up 1\r",
                          "up {a=\"b\"} 1",
                          "up{a=\"b\" c=\"d\"} 1",
                          "up{ a=\"b\"} 1",
                          "up{a=\"x\ny\"} 1",
                          "up{a=\"\xff\"} 1",
                          "up",
                          "up 1 2 3",
                          "up 0x10",
                          "# comment",
                          "#HELP up x",
                          "# HELP up",
                          "# TYPE up untyped",
                          "# UNIT up seconds",
                          "# UNIT up_seconds econds",
                          "up 1 # {a=\"b\"}",
                          "up 1 # {a=\"b\"} x",
                          "up 1 #{a=\"b\"} 1",
                          "up 1 # {\"a\"} 1",
                          "up 1 # {a=\"b\"} 1 2 3"}) {
    EXPECT_TRUE(refused(bad)) << bad;
  }
  EXPECT_FALSE(refused("# HELP up \\\"x\\\"\n# TYPE up unknown\n# UNIT up_s s\n# UNIT up "));
  const Result<ParsedText> third = parse_openmetrics("a 1\nb 1\nc\n# EOF\n", {});
  ASSERT_FALSE(third.ok());
  EXPECT_TRUE(third.error().message.starts_with("line 3: ")) << third.error().message;
}

}  // namespace
}  // namespace pushpull::wire
