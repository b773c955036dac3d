#include "harness/relabel/letter_case.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(LetterCase, GoesLetterByLetter) {
  EXPECT_EQ(to_upper("bAr123-foo"), "BAR123-FOO");
  EXPECT_EQ(to_lower("bAr123-FOO"), "bar123-foo");
  EXPECT_EQ(to_upper(""), "");
}

TEST(LetterCase, KnowsUnicode) {
  EXPECT_EQ(to_upper("größe"), "GRÖßE") << "no letter becomes two";
  EXPECT_EQ(to_lower("ÄΣЖ"), "äσж");
  EXPECT_EQ(to_upper("ǆꙁ𐐨"), "ǄꙀ𐐀") << "two, three and four bytes";
  EXPECT_EQ(to_upper("ı"), "I") << "another size than before";
}

TEST(LetterCase, LeavesOtherBytesAlone) { EXPECT_EQ(to_upper("a\xff"), "a\xff"); }

}  // namespace
}  // namespace pushpull
