#include "harness/wire/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace pushpull::wire {
namespace {

TEST(Utf8, TakesEverySizeAtItsBounds) {
  for (const std::string text :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(valid_utf8(text)) << testing::PrintToString(text);
    EXPECT_TRUE(valid_utf8("12345678" + text + "1234567"));
  }
  EXPECT_TRUE(valid_utf8(std::string(20, '\0')));
}

TEST(Utf8, RefusesWhatGoRefuses) {
  for (const std::string text :
       {"\x80", "\xbf", "\xff", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2x", "\xe0\x9f\xbf", "\xe0\xa0",
        "\xe1\x80x", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80"}) {
    EXPECT_FALSE(valid_utf8(text)) << testing::PrintToString(text);
    EXPECT_FALSE(valid_utf8("12345678" + text + "1234567"));
  }
}

}  // namespace
}  // namespace pushpull::wire
