#include "harness/federation/selector.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

const Labels kSeries({{"__name__", "http_requests_total"}, {"job", "api"}, {"code", "200"}});

bool matches(const std::string& selector) {
  const Result<Selector> parsed = Selector::parse(selector);
  EXPECT_TRUE(parsed.ok()) << selector;
  return parsed->matches(kSeries);
}

TEST(Selector, EachOperator) {
  EXPECT_TRUE(matches("http_requests_total"));
  EXPECT_FALSE(matches("http_requests"));
  EXPECT_TRUE(matches("{job=\"api\"}"));
  EXPECT_TRUE(matches("http_requests_total{job!='web', code=~\"2..\",}"));
  EXPECT_FALSE(matches("{code!~`2.*`}"));
  EXPECT_TRUE(matches("{__name__=~\"http_.*\"}"));
}

TEST(Selector, RegularExpressionsAreAnchored) {
  EXPECT_FALSE(matches("{job=~\"ap\"}"));
  EXPECT_FALSE(matches("{code=~\"00|2\"}"));
}

TEST(Selector, AnAbsentLabelIsEmpty) {
  EXPECT_TRUE(matches("{job=\"api\",pod=\"\"}"));
  EXPECT_FALSE(matches("{pod!=\"\"}"));
  EXPECT_TRUE(matches("{x=~\".*\"}"));
}

TEST(Selector, EmptyBracesSelectNothing) { EXPECT_FALSE(matches("{}")); }

TEST(Selector, EscapesInQuotes) {
  const Labels odd({{"__name__", "m"}, {"path", "a\"b\\c\n"}});
  EXPECT_TRUE(Selector::parse("{path=\"a\\\"b\\\\c\\n\"}")->matches(odd));
}

TEST(Selector, ErrorsNameTheColumn) {
  EXPECT_EQ(Selector::parse("").error().message, "1:1: parse error: unexpected end of input");
  for (const char* bad :
       {"up[5m]", "rate(up)", "up offset 5m", "{a=b}", "{a=\"b\"", "{a\"b\"}", "{=\"b\"}",
        "{a=~\"(\"}", "{a=\"b\" c=\"d\"}", "{a=\"\\z\"}", "-up", "{,}"}) {
    const Result<Selector> parsed = Selector::parse(bad);
    ASSERT_FALSE(parsed.ok()) << bad;
    EXPECT_TRUE(parsed.error().message.starts_with("1:")) << parsed.error().message;
  }
}

TEST(Selector, VerdictKnowsWhatTargetLabelsDecide) {
  const Labels known({{"job", "bench"}});
  EXPECT_EQ(Selector::parse("{job=\"bench\"}")->verdict(known), Selector::Verdict::kAll);
  EXPECT_EQ(Selector::parse("{job=\"web\",x=\"y\"}")->verdict(known), Selector::Verdict::kNone);
  EXPECT_EQ(Selector::parse("up{job=\"bench\"}")->verdict(known), Selector::Verdict::kDepends);
  EXPECT_EQ(Selector::parse("{}")->verdict(known), Selector::Verdict::kNone);
}

}  // namespace
}  // namespace pushpull
