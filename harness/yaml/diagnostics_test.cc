#include "harness/yaml/diagnostics.h"

#include <gtest/gtest.h>

namespace pushpull::yaml {
namespace {

std::shared_ptr<const Source> file(std::string text) {
  return std::make_shared<const Source>(Source{"a.yaml", std::move(text)});
}

TEST(Diagnostics, QuotesTheLineAndPointsAtTheColumn) {
  const auto source = file("one: 1\n  two: 2\n");
  Diagnostics diagnostics;
  diagnostics.error(Position{source, 2, 3}, "no two");
  EXPECT_EQ(diagnostics.to_string(),
            "a.yaml:2:3: error: no two\n"
            "    two: 2\n"
            "    ^");
}

TEST(Diagnostics, SortsByPositionAndPutsOptionsLast) {
  const auto source = file("one: 1\ntwo: 2\n");
  const auto option =
      std::make_shared<const Source>(Source{"--set three", "3", /*is_option=*/true, /*order=*/1});
  Diagnostics diagnostics;
  diagnostics.error(Position{option, 1, 1}, "third");
  diagnostics.error(Position{source, 2, 1}, "second");
  diagnostics.error(Position{source, 1, 6}, "first");
  EXPECT_EQ(diagnostics.to_string(),
            "a.yaml:1:6: error: first\n  one: 1\n       ^\n"
            "a.yaml:2:1: error: second\n  two: 2\n  ^\n"
            "--set three: error: third");
}

TEST(Diagnostics, CountsCharactersNotBytes) {
  const auto source = file("\xc3\xa8\xc3\xa8: x\n");  // two letters in four bytes
  Diagnostics diagnostics;
  diagnostics.error(Position{source, 1, 7}, "x");
  EXPECT_EQ(diagnostics.to_string(), "a.yaml:1:5: error: x\n  \xc3\xa8\xc3\xa8: x\n      ^");
}

TEST(Diagnostics, KeepsARepeatedErrorOnce) {
  const auto source = file("a\n");
  Diagnostics diagnostics;
  diagnostics.error(Position{source, 1, 1}, "x");
  diagnostics.error(Position{source, 1, 1}, "x");
  EXPECT_EQ(diagnostics.to_string(), "a.yaml:1:1: error: x\n  a\n  ^");
  EXPECT_TRUE(diagnostics.has_error_at(Position{source, 1, 1}));
  EXPECT_FALSE(diagnostics.has_error_at(Position{source, 1, 2}));
}

TEST(Diagnostics, PrintsTheFirstFiftyAndCountsAllOthers) {
  const auto source = file("a\n");
  Diagnostics diagnostics;
  const size_t total = Diagnostics::kMaxKept + 5;
  for (size_t i = 0; i < total; ++i) {
    diagnostics.error(Position{source, 1, static_cast<int>(i) + 1}, "x");
  }
  const std::string text = diagnostics.to_string();
  EXPECT_NE(text.find("a.yaml:1:1: error"), std::string::npos);
  EXPECT_TRUE(
      text.ends_with("… and " + std::to_string(total - Diagnostics::kMaxPrinted) + " more errors"));
}

}  // namespace
}  // namespace pushpull::yaml
