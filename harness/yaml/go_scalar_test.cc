#include "harness/yaml/go_scalar.h"

#include <gtest/gtest.h>

namespace pushpull::yaml {
namespace {

std::string value_of(std::string_view text) {
  return go_scalar(text, 3, 2, false);  // behind "k: "
}

// Written down from yaml.v2 v2.4.0.
TEST(GoScalar, QuotesAsGoDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"plain", "plain"},
      {"http://central:9090/api/v1/write?a=b", "http://central:9090/api/v1/write?a=b"},
      {"30s", "30s"},
      {"(.*)", "(.*)"},
      {";", ";"},
      {"$1", "$1"},
      {"<secret>", "<secret>"},
      {"a,b", "a,b"},
      {"a b", "a b"},
      {"", "\"\""},
      {"5", "\"5\""},
      {"1e3", "\"1e3\""},
      {"0x1F", "\"0x1F\""},
      {"1_000", "\"1_000\""},
      {"1:30", "\"1:30\""},
      {"1.2.3", "1.2.3"},
      {".5", "\".5\""},
      {"-", "'-'"},
      {"-a", "-a"},
      {"true", "\"true\""},
      {"no", "\"no\""},
      {"None", "None"},
      {"2026-11-28", "\"2026-11-28\""},
      {"[a-z]+", "'[a-z]+'"},
      {"*", "'*'"},
      {"it's: so", "'it''s: so'"},
      {"a #b", "'a #b'"},
      {" a", "' a'"},
      {"a\tb", "\"a\\tb\""},
      {"a\nb", "|-\n  a\n  b"},
      {"a\nb\n", "|\n  a\n  b"},
      {"größer", "größer"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(value_of(text), expected) << text;
}

TEST(GoScalar, FoldsBeyondEightyColumns) {
  const std::string word(90, 'a');
  EXPECT_EQ(value_of(word), word) << "there is no place to break it";
  EXPECT_EQ(value_of(word + " b c"), word + "\n  b c");
  EXPECT_EQ(value_of(word + "  b"), word + "  b") << "never at one of two spaces";
}

}  // namespace
}  // namespace pushpull::yaml
