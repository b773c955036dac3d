#include "harness/workload/ref_table.h"

#include <gtest/gtest.h>

#include <map>

#include "harness/base/random.h"

namespace pushpull {
namespace {

std::map<uint64_t, int> content(const RefTable<int>& table) {
  std::map<uint64_t, int> values;
  table.for_each([&](uint64_t ref, int value) { values[ref] = value; });
  return values;
}

TEST(RefTable, IsAMapFromRefs) {
  RefTable<int> table;
  std::map<uint64_t, int> expected;
  Random random(1, "ref_table_test");
  for (int i = 0; i < 5'000; ++i) {
    const uint64_t ref = 1 + random.below(2'000);
    if (random.below(3) == 0) {
      table.erase(ref);
      expected.erase(ref);
    } else {
      table.put(ref, i);
      expected[ref] = i;
    }
    const uint64_t asked = 1 + random.below(3'000);
    const auto it = expected.find(asked);
    const int* found = table.find(asked);
    ASSERT_EQ(found != nullptr, it != expected.end()) << "ref " << asked;
    if (found != nullptr) {
      ASSERT_EQ(*found, it->second);
    }
  }
  EXPECT_EQ(content(table), expected);
}

TEST(RefTable, HasNothingAtFirst) {
  const RefTable<int> table;
  EXPECT_EQ(table.find(0), nullptr);
  EXPECT_EQ(table.find(~uint64_t{0}), nullptr);
  EXPECT_EQ(table.capacity(), 0u);
}

// A window of 1000 refs that moves on for a million: pages behind it are freed, but for the one
// with a value that stays.
TEST(RefTable, KeepsThePagesThatHaveValues) {
  RefTable<int> table;
  for (uint64_t ref = 1; ref <= 1'000'000; ++ref) {
    table.put(ref, 1);
    if (ref > 1000 && ref - 1000 != 77) table.erase(ref - 1000);
    ASSERT_LE(table.capacity(), 1000 + 3 * RefTable<int>::kPageSize);
  }
  EXPECT_EQ(content(table).size(), 1001u);
  EXPECT_NE(table.find(77), nullptr);
}

}  // namespace
}  // namespace pushpull
