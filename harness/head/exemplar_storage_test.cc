#include "harness/head/exemplar_storage.h"

#include <gtest/gtest.h>

#include <string>

namespace pushpull {
namespace {

Exemplar exemplar(const std::string& trace, double value, int64_t timestamp_ms) {
  return {Labels({{"trace_id", trace}}), value, timestamp_ms};
}

std::string shown(const ExemplarStorage& storage) {
  std::string text;
  storage.for_each([&](uint64_t ref, const Exemplar& e) {
    text += std::to_string(ref) + std::string(e.labels.get("trace_id")) + " ";
  });
  return text;
}

TEST(ExemplarStorage, TakesWhatComesBehindTheNewestOfTheSeries) {
  ExemplarStorage storage(10, true);
  EXPECT_EQ(storage.add(1, exemplar("a", 5, 1000)), Fate::kStored);
  EXPECT_EQ(storage.add(1, exemplar("a", 5, 1000)), Fate::kDuplicate);
  EXPECT_EQ(storage.add(1, exemplar("a", 5, 999)), Fate::kOutOfOrder);
  EXPECT_EQ(storage.add(1, exemplar("a", 6, 1000)), Fate::kStored) << "another bucket's";
  EXPECT_EQ(storage.add(1, exemplar("a", 5, 1000)), Fate::kOutOfOrder);
  EXPECT_EQ(storage.add(1, exemplar("b", 1, 1001)), Fate::kStored);
  EXPECT_EQ(storage.add(2, exemplar("c", 1, 1)), Fate::kStored) << "another series";
  EXPECT_EQ(shown(storage), "1a 1a 1b 2c ");
}

TEST(ExemplarStorage, LabelsOrderWhatIsElseEqual) {
  ExemplarStorage storage(10, true);
  const Exemplar a = exemplar("a", 1, 1);
  const Exemplar b = exemplar("b", 1, 1);
  const bool a_first = storage.add(1, a) == Fate::kStored && storage.add(1, b) == Fate::kStored;
  ExemplarStorage other(10, true);
  EXPECT_EQ(other.add(1, b), Fate::kStored);
  EXPECT_EQ(other.add(1, a), a_first ? Fate::kOutOfOrder : Fate::kStored);
}

TEST(ExemplarStorage, BeforeTwoFortyNineOneTimestampOnce) {
  ExemplarStorage storage(10, false);
  EXPECT_EQ(storage.add(1, exemplar("a", 5, 1000)), Fate::kStored);
  EXPECT_EQ(storage.add(1, exemplar("a", 6, 1000)), Fate::kOutOfOrder);
}

// A counter that shows the same exemplar in every scrape: its time is the scrape's.
TEST(ExemplarStorage, TimesOfTheScrapeDoNotMakeAnExemplarNew) {
  ExemplarStorage storage(10, true);
  Exemplar undated = exemplar("a", 5, 1000);
  undated.dated = false;
  EXPECT_EQ(storage.add(1, undated), Fate::kStored);
  undated.timestamp_ms = 2000;
  EXPECT_EQ(storage.add(1, undated), Fate::kDuplicate);
  EXPECT_EQ(storage.add(1, exemplar("a", 5, 2000)), Fate::kStored) << "a time of its own";
}

TEST(ExemplarStorage, TheOldestMakesRoom) {
  ExemplarStorage storage(2, true);
  EXPECT_EQ(storage.add(1, exemplar("a", 1, 10)), Fate::kStored);
  EXPECT_EQ(storage.add(2, exemplar("b", 1, 20)), Fate::kStored);
  EXPECT_EQ(storage.add(2, exemplar("c", 1, 30)), Fate::kStored);
  EXPECT_EQ(shown(storage), "2b 2c ");
  EXPECT_EQ(storage.add(1, exemplar("d", 1, 5)), Fate::kStored)
      << "nothing is left to compare with";
  EXPECT_EQ(shown(storage), "2c 1d ");
  EXPECT_EQ(storage.add(2, exemplar("e", 1, 29)), Fate::kOutOfOrder);
}

TEST(ExemplarStorage, LabelsHave128CharactersAtMost) {
  ExemplarStorage storage(2, true);
  std::string value;  // of two bytes each, and as many as fit beside the name
  for (int i = 0; i < 120; ++i) value += "ü";
  EXPECT_EQ(storage.judge(1, exemplar(value, 1, 10)), Fate::kStored);
  EXPECT_EQ(storage.judge(1, exemplar(value + "u", 1, 10)), Fate::kOutOfBounds);
}

TEST(ExemplarStorage, SwitchedOffItTakesAndForgets) {
  ExemplarStorage storage(0, true);
  EXPECT_FALSE(storage.enabled());
  EXPECT_EQ(storage.add(1, exemplar("a", 1, 10)), Fate::kDuplicate);
  EXPECT_EQ(storage.size(), 0u);
}

}  // namespace
}  // namespace pushpull
