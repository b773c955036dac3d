#include "harness/measure/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/base/random.h"

namespace pushpull {
namespace {

using journal::Answered;
using journal::Entry;

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = testing::TempDir() + "pushpull_journal_" + test->name();
    std::filesystem::remove(path_);
  }
  ~JournalTest() override { std::filesystem::remove(path_); }

  // Appends entries first … last-1.
  void write(int first, int last) {
    auto writer = JournalWriter::open(path_);
    ASSERT_TRUE(writer.ok()) << writer.error().message;
    for (int i = first; i < last; ++i) writer->append(entry(i));
  }
  static Entry entry(int i) {
    return Answered{static_cast<uint32_t>(i), 5, Instant::from_unix_ms(i)};
  }
  // How many of the entries 0, 1, 2 … come back.
  static int count(JournalReader& reader) {
    int i = 0;
    while (const auto got = reader.next()) EXPECT_EQ(*got, entry(i++));
    return i;
  }
  int count() {
    auto reader = JournalReader::open(path_);
    return reader.ok() ? count(*reader) : -1;
  }
  std::string bytes() {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void replace(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }

  std::string path_;
};

TEST_F(JournalTest, GivesBackWhatWasAppended) {
  write(0, 10'000);  // several buffers long
  EXPECT_EQ(count(), 10'000);
}

TEST_F(JournalTest, IsContinuedBehindItsLastWholeEntry) {
  write(0, 3);
  const std::string whole = bytes();
  for (size_t cut = 1; cut < 20; ++cut) {
    replace(whole.substr(0, whole.size() - cut));
    write(2, 4);  // entry 2 was torn
    EXPECT_EQ(count(), 4) << cut;
  }
}

TEST_F(JournalTest, StopsAtATornEntryAndTellsWhatItIgnored) {
  write(0, 5);
  replace(bytes() + "torn");
  auto reader = JournalReader::open(path_);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(count(*reader), 5);
  EXPECT_EQ(reader->ignored_bytes(), 4);
}

TEST_F(JournalTest, EveryPrefixIsReadable) {
  write(0, 2);
  const std::string whole = bytes();
  // An 8-byte magic; each entry has 8 + 21 bytes.
  ASSERT_EQ(whole.size(), 8u + 2 * 29);
  for (size_t size = 0; size < whole.size(); ++size) {
    replace(whole.substr(0, size));
    EXPECT_EQ(count(), size >= 8 + 29 ? 1 : 0) << size;
  }
}

TEST_F(JournalTest, ADamagedEntryEndsTheJournal) {
  write(0, 4);
  const std::string whole = bytes();
  Random random(8, "journal");
  for (int i = 0; i < 500; ++i) {
    std::string damaged = whole;
    const size_t at = 8 + random.below(whole.size() - 8);
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random.below(8)));
    replace(damaged);
    EXPECT_EQ(count(), static_cast<int>((at - 8) / 29)) << at;
  }
}

TEST_F(JournalTest, AnEndlessEntryIsNotRead) {
  std::string endless("ppjrnl1\n\xff\xff\xff\xff", 12);
  endless.append(100, 'x');
  replace(endless);
  EXPECT_EQ(count(), 0);
}

TEST_F(JournalTest, FollowsAGrowingFile) {
  auto writer = JournalWriter::open(path_);
  auto reader = JournalReader::open(path_);
  ASSERT_TRUE(writer.ok() && reader.ok());
  EXPECT_FALSE(reader->next().has_value());
  writer->append(entry(0));
  EXPECT_FALSE(reader->next().has_value()) << "seen before it was flushed";
  ASSERT_TRUE(writer->flush().ok());
  EXPECT_EQ(reader->next(), entry(0));
  EXPECT_FALSE(reader->next().has_value());
  writer->append(entry(1));
  ASSERT_TRUE(writer->flush().ok());
  EXPECT_EQ(reader->next(), entry(1));
}

TEST_F(JournalTest, FollowsAFileWhoseTornEndIsWrittenAnew) {
  write(0, 1);
  replace(bytes() + "torn by a crash");
  auto reader = JournalReader::open(path_);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(count(*reader), 1);
  write(1, 3);
  EXPECT_EQ(reader->next(), entry(1));
  EXPECT_EQ(reader->next(), entry(2));
}

TEST_F(JournalTest, OtherFilesAreErrorsThatNameThePath) {
  replace("# HELP up\n");
  const auto reader = JournalReader::open(path_);
  ASSERT_FALSE(reader.ok());
  EXPECT_THAT(reader.error().message, testing::HasSubstr(path_));
  EXPECT_FALSE(JournalWriter::open(path_).ok());
  EXPECT_EQ(bytes(), "# HELP up\n") << "left as it was";
  EXPECT_FALSE(JournalReader::open(path_ + "/nowhere").ok());
  EXPECT_FALSE(JournalWriter::open(path_ + "/nowhere").ok());
}

}  // namespace
}  // namespace pushpull
