#include "harness/wire/text_series.h"

#include <gtest/gtest.h>

#include <string>

namespace pushpull::wire {
namespace {

// The part of `text` that is the series, or the error in angle brackets.
std::string lexed(std::string_view text) {
  std::vector<RawLabel> labels;
  const Result<size_t> size = lex_series(text, labels);
  return size.ok() ? std::string(text.substr(0, *size)) : "<" + size.error().message + ">";
}

TEST(LexSeries, EndsAtTheBraceOrTheName) {
  EXPECT_EQ(lexed("up 1"), "up");
  EXPECT_EQ(lexed("up"), "up");
  EXPECT_EQ(lexed("a:b_c9 1"), "a:b_c9");
  EXPECT_EQ(lexed("up{} 1"), "up{}");
  EXPECT_EQ(lexed("up{a=\"b\"}1"), "up{a=\"b\"}");
  EXPECT_EQ(lexed("up \t{a=\"}\"} 1"), "up \t{a=\"}\"}");
  EXPECT_EQ(lexed("foo-bar 1"), "foo");
}

TEST(LexSeries, NamesWhatIsMissing) {
  EXPECT_EQ(lexed(""), "<expected a metric name>");
  EXPECT_EQ(lexed("9up 1"), "<expected a metric name>");
  EXPECT_EQ(lexed("{a=\"b\"} 1"), "<expected a metric name>");
  EXPECT_EQ(lexed("up{"), "<expected a label name or '}'>");
  EXPECT_EQ(lexed("up{,}"), "<expected a label name or '}'>");
  EXPECT_EQ(lexed("up{a=\"b\",,}"), "<expected a label name or '}'>");
  EXPECT_EQ(lexed("up{a:b=\"c\"}"), "<expected '=' after the label name>");
  EXPECT_EQ(lexed("up{a"), "<expected '=' after the label name>");
  EXPECT_EQ(lexed("up{a="), "<expected a quoted label value>");
  EXPECT_EQ(lexed("up{a=b}"), "<expected a quoted label value>");
  EXPECT_EQ(lexed("up{a=\"b}"), "<expected a quoted label value>");
  EXPECT_EQ(lexed("up{a=\"b\\"), "<expected a quoted label value>");
  EXPECT_EQ(lexed("up{a=\"b\\\n\"}"), "<expected a quoted label value>");
  EXPECT_EQ(lexed("up{a=\"\xff\"}"), "<the label value is not valid UTF-8>");
}

TEST(LexSeries, FindsRepeatedNamesInAnyOrder) {
  EXPECT_EQ(lexed("up{a=\"1\",a=\"2\"}"), "<a label is given twice>");
  EXPECT_EQ(lexed("up{a=\"1\",b=\"2\",a=\"3\"}"), "<a label is given twice>");
  EXPECT_EQ(lexed("up{__name__=\"up\"}"), "<a label is given twice>");
  EXPECT_EQ(lexed("up{b=\"1\",a=\"2\"}"), "up{b=\"1\",a=\"2\"}");
}

TEST(LexSeries, GivesTheLabelsAsTheyStand) {
  std::vector<RawLabel> labels = {{"left", "over"}};
  ASSERT_TRUE(lex_series("m{ b = \"\\n\" , a=\"\" } 1", labels).ok());
  ASSERT_EQ(labels.size(), 2U);
  EXPECT_EQ(labels[0].name, "b");
  EXPECT_EQ(labels[0].value, "\\n");
  EXPECT_EQ(labels[1].name, "a");
  EXPECT_EQ(labels[1].value, "");
}

TEST(Unescape, KnowsThreeEscapes) {
  EXPECT_EQ(unescape(R"(a\\b\"c\nd)"), "a\\b\"c\nd");
  EXPECT_EQ(unescape(R"(\t\x\)"), R"(\t\x\)");
  EXPECT_EQ(unescape(R"(\\n)"), R"(\n)");
}

}  // namespace
}  // namespace pushpull::wire
