#include "harness/relabel/anchored_regex.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

AnchoredRegex regex(std::string_view pattern) {
  return AnchoredRegex::compile(pattern, {}).value();
}

std::string expanded(std::string_view pattern, std::string_view text,
                     std::string_view text_template) {
  const AnchoredRegex compiled = regex(pattern);
  return compiled.expand(text_template, compiled.find(text).value());
}

TEST(AnchoredRegex, MatchesTheWholeText) {
  EXPECT_TRUE(regex("a|bc").matches("bc"));
  EXPECT_FALSE(regex("a|b").matches("ab"));
  EXPECT_TRUE(regex("").matches(""));
  EXPECT_FALSE(regex("").matches("a"));
  EXPECT_TRUE(regex(".*").matches("ä\n€"));
}

TEST(AnchoredRegex, TheAnchorsAreTextAroundThePattern) {
  // So a pattern may close the group, as in Prometheus.
  EXPECT_TRUE(regex("a)|(b").matches("abc"));
  EXPECT_EQ(regex("a)|(b").replace_all("acb", "<$0>"), "<a>c<b>");
}

TEST(AnchoredRegex, ExpandsNumbersAndNames) {
  EXPECT_EQ(expanded("(.)(.)", "xy", "$2-${1}$1-$0"), "y-xx-xy");
  EXPECT_EQ(expanded("(?P<first>.).", "xy", "$first ${first}!"), "x x!");
  EXPECT_EQ(expanded("(?P<größe>.).", "xy", "${größe}"), "x") << "names may have any letter";
}

TEST(AnchoredRegex, ANameIsAsLongAsItCanBe) {
  EXPECT_EQ(expanded("(.).", "xy", "$1_a"), "");
  EXPECT_EQ(expanded("(.).", "xy", "${1}_a"), "x_a");
  EXPECT_EQ(expanded("(.).", "xy", "$01"), "") << "a leading zero makes it a name";
  EXPECT_EQ(expanded("(.).", "xy", "$1-$7-$nobody"), "x--");
}

TEST(AnchoredRegex, ADollarWithoutANameStays) {
  EXPECT_EQ(expanded("(.).", "xy", "$$1 $ ${ ${} ${1 $-"), "$1 $ ${ ${} ${1 $-");
}

TEST(AnchoredRegex, GroupsThatTookNoPartAreEmpty) {
  EXPECT_EQ(expanded("(a)|(b)", "b", "[$1][$2]"), "[][b]");
}

TEST(AnchoredRegex, ANameOfTwoGroupsIsTheFirstThatTookPart) {
  EXPECT_EQ(expanded("(?P<n>a)(?P<n>b)", "ab", "$n"), "a");
  EXPECT_EQ(expanded("(?P<n>a)|(?P<n>b)", "b", "$n"), "b");
  EXPECT_EQ(expanded("(?P<n>a?)(?P<n>b)", "b", "$n"), "") << "taking part with nothing";
}

TEST(AnchoredRegex, ShortGroupNamesComeWithGo122) {
  EXPECT_EQ(expanded("(?<n>a)[(?<n>](\\(\\?<)\\Q(?<\\E", "a<(?<(?<", "$n$2"), "a(?<")
      << "only where it opens a group";
  EXPECT_FALSE(AnchoredRegex::compile("(?<n>a)", {.short_group_names = false}).ok());
  EXPECT_TRUE(AnchoredRegex::compile("(?P<n>a)", {.short_group_names = false}).ok());
}

TEST(AnchoredRegex, RefusesWhatGoRefuses) {
  for (const char* pattern :
       {"(", "a)", "[", "*", "a{1001}", "(?=a)", "(?<!a)", "\\C", "\\8", "a**", "[z-a]"}) {
    EXPECT_FALSE(AnchoredRegex::compile(pattern, {}).ok()) << pattern;
  }
  for (const char* pattern :
       {"[]a]", "[^]]", "[[:alpha:]]", "\\pL", "\\Q(\\E", "(?i)a", "a{1000}"}) {
    EXPECT_TRUE(AnchoredRegex::compile(pattern, {}).ok()) << pattern;
  }
}

}  // namespace
}  // namespace pushpull
