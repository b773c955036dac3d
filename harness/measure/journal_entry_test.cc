#include "harness/measure/journal_entry.h"

#include <gtest/gtest.h>

#include <set>

#include "harness/base/random.h"

namespace pushpull::journal {
namespace {

Instant at(int64_t ns) { return Instant::from_unix_ns(ns); }

std::vector<Entry> one_of_each() {
  return {RoleStarted{"leaf", at(1)},
          RoleStopped{at(-2)},
          Answered{7, 1ull << 40, at(3)},
          Scraped{7, 1'700'000'000'123, 500, at(4), at(5)},
          ScrapeFailed{7, at(6), "connection refused"},
          Dropped{7, 1'700'000'000'123, {1, 4, 100}, LossCause::kWalTruncated},
          Pending{7, -5, {0, 1, 3}},
          Received{7, 12, {2, 50, 9}, Fate::kOutOfBounds, at(7)},
          Unresolved{3, 4},
          LeafMadeTally{{1, 2, 3, 4, 5}},
          Federated{"127.0.0.1:9090", at(8), true},
          Counter{"requests", at(9), -1},
          WireBytes{at(10), 1000, 20},
          Acknowledged{7, 1'700'000'000'123, {1, 4, 100}, at(11)},
          Exchanged{at(12), at(13), 503, true, 4, 30'000, 1ull << 63}};
}

std::string encoded(const Entry& entry) {
  std::string bytes;
  encode(entry, bytes);
  return bytes;
}

TEST(JournalEntryTest, EveryKindComesBackEqual) {
  const std::vector<Entry> entries = one_of_each();
  ASSERT_EQ(entries.size(), std::variant_size_v<Entry>);
  std::set<char> types;
  for (const Entry& entry : entries) {
    const std::string bytes = encoded(entry);
    types.insert(bytes[0]);
    EXPECT_EQ(decode(bytes), entry) << "type " << int{bytes[0]};
  }
  EXPECT_EQ(types.size(), entries.size());
}

TEST(JournalEntryTest, BytesAreLittleEndianWhateverTheMachine) {
  EXPECT_EQ(encoded(Unresolved{0x0102, -1}),
            std::string("\x09\x02\x01\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 17));
}

TEST(JournalEntryTest, LongTextsAreCut) {
  const auto entry = decode(encoded(RoleStarted{std::string(5000, 'x'), at(1)}));
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(std::get<RoleStarted>(*entry).role, std::string(kMaxText, 'x'));
}

TEST(JournalEntryTest, RefusesFieldsOutOfRange) {
  std::string federated = encoded(Federated{"a", at(1), true});
  federated.back() = 2;  // a bool
  EXPECT_FALSE(decode(federated).has_value());
  std::string dropped = encoded(Dropped{1, 2, {0, 1, 3}, LossCause::kRejected});
  dropped.back() = kLossCauses;
  EXPECT_FALSE(decode(dropped).has_value());
  EXPECT_FALSE(decode(encoded(Pending{1, 2, {0, 0, 3}})).has_value());
  EXPECT_FALSE(decode(encoded(Pending{1, 2, {1u << 31, 1u << 30, 3}})).has_value());
  EXPECT_FALSE(decode("").has_value());
  EXPECT_FALSE(decode(std::string(1, '\x63')).has_value());
}

TEST(JournalEntryTest, RefusesEveryCutAndEveryExtension) {
  for (const Entry& entry : one_of_each()) {
    const std::string bytes = encoded(entry);
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode(bytes.substr(0, size)).has_value());
    }
    EXPECT_FALSE(decode(bytes + '\0').has_value());
  }
}

TEST(JournalEntryTest, WhatItTakesFromNoiseItWritesTheSame) {
  const uint64_t seed = 3;
  SCOPED_TRACE(seed);
  Random random(seed, "journal entry");
  int taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = encoded(one_of_each()[random.below(std::variant_size_v<Entry>)]);
    bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    const auto entry = decode(bytes);
    if (!entry) continue;
    ++taken;
    EXPECT_EQ(encoded(*entry), bytes);
  }
  EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace pushpull::journal
