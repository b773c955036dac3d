#include "harness/measure/answer_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

namespace pushpull {
namespace {

constexpr Duration kMaxDelay = Duration::milliseconds(500);
Instant at(int64_t ms) { return Instant::from_unix_ms(1'000'000 + ms); }

std::optional<uint64_t> ordinal(AnswerLog& log, uint32_t target, int64_t ms) {
  const auto answer = log.find(target, 1'000'000 + ms);
  return answer ? std::optional(answer->ordinal) : std::nullopt;
}

TEST(AnswerLogTest, TakesTheFirstAnswerAtOrAfterTheTimestamp) {
  AnswerLog log(2, kMaxDelay);
  log.answered(0, 11, at(1004));  // told out of order
  log.answered(0, 10, at(3));
  log.answered(1, 90, at(1));
  EXPECT_EQ(ordinal(log, 0, 0), 10u);
  EXPECT_EQ(ordinal(log, 0, 3), 10u);
  EXPECT_EQ(ordinal(log, 0, 1000), 11u);
  EXPECT_EQ(ordinal(log, 1, 0), 90u);
}

TEST(AnswerLogTest, ClocksMayDifferALittle) {
  AnswerLog log(1, kMaxDelay);
  log.answered(0, 10, at(3));
  EXPECT_EQ(ordinal(log, 0, 5), 10u);
  EXPECT_FALSE(ordinal(log, 0, 6).has_value());
}

// The scraper stood still and made up for a scrape right before the next.
TEST(AnswerLogTest, OfTwoCloseAnswersEitherMayBeMeant) {
  AnswerLog log(1, kMaxDelay);
  log.answered(0, 10, at(3));
  log.answered(0, 11, at(6));
  log.answered(0, 12, at(1000));
  const auto other = [&log](int64_t ms) -> std::optional<uint64_t> {
    const auto answer = log.find_other(0, 1'000'000 + ms, log.find(0, 1'000'000 + ms).value());
    return answer ? std::optional(answer->ordinal) : std::nullopt;
  };
  EXPECT_EQ(ordinal(log, 0, 4), 10u);
  EXPECT_EQ(other(4), 11u);
  EXPECT_EQ(other(3), 11u);
  EXPECT_FALSE(other(2).has_value());  // asked in time for the first
  EXPECT_FALSE(other(6).has_value());  // the next is a whole interval later
}

TEST(AnswerLogTest, AnAnswerLongAfterwardsIsToAnotherScrape) {
  AnswerLog log(1, kMaxDelay);
  log.answered(0, 10, at(501));
  EXPECT_FALSE(ordinal(log, 0, 0).has_value());
  EXPECT_EQ(ordinal(log, 0, 1), 10u);
}

TEST(AnswerLogTest, HostileInputFindsNothing) {
  AnswerLog log(1, kMaxDelay);
  log.answered(7, 1, at(0));
  log.answered(0, 1, at(0));
  EXPECT_FALSE(log.find(7, 1'000'000).has_value());
  EXPECT_FALSE(log.find(0, std::numeric_limits<int64_t>::min()).has_value());
  EXPECT_FALSE(log.find(0, std::numeric_limits<int64_t>::max()).has_value());
}

TEST(AnswerLogTest, FollowsTheJournalOfATargetRole) {
  const std::string path = testing::TempDir() + "pushpull_answer_log";
  std::filesystem::remove(path);
  auto writer = JournalWriter::open(path);
  auto reader = JournalReader::open(path);
  ASSERT_TRUE(writer.ok() && reader.ok());
  AnswerLog log(1, kMaxDelay);
  log.follow(std::move(*reader));
  writer->append(journal::RoleStarted{"target", at(0)});
  writer->append(journal::Answered{0, 3, at(4)});
  ASSERT_TRUE(writer->flush().ok());
  EXPECT_EQ(ordinal(log, 0, 2), 3u);
  EXPECT_FALSE(ordinal(log, 0, 1000).has_value());
  writer->append(journal::Answered{0, 4, at(1001)});
  ASSERT_TRUE(writer->flush().ok());
  EXPECT_EQ(ordinal(log, 0, 1000), 4u);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace pushpull
