#include "harness/head/wal.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

const Instant kStart = Instant::from_unix_ms(1'000'000);

class WalTest : public testing::Test {
 protected:
  void append(int64_t second) {
    auto record = std::make_shared<Record>();
    record->layout = layout_;
    record->timestamp_ms = second * 1000;
    wal_.append(Slice::whole(record), kStart + Duration::seconds(second));
  }
  static int64_t read(Wal::Reader& reader) {
    const Slice* slice = reader.peek();
    if (slice == nullptr) return -1;
    const int64_t second = slice->record->timestamp_ms / 1000;
    reader.pop();
    return second;
  }

  Wal wal_{Duration::seconds(10)};
  std::shared_ptr<const Layout> layout_ = std::make_shared<Layout>(0, 3, nullptr);
  std::vector<int64_t> lost_;
  Wal::Reader::Lost note_lost_ = [this](const Slice& s) {
    lost_.push_back(s.record->timestamp_ms / 1000);
  };
};

TEST_F(WalTest, ReadersStartAtTheEndAndReadInOrder) {
  Wal::Reader early(wal_, note_lost_);
  append(1);
  Wal::Reader late(wal_, note_lost_);
  append(2);
  EXPECT_EQ(read(early), 1);
  EXPECT_EQ(read(early), 2);
  EXPECT_EQ(read(early), -1);
  EXPECT_EQ(read(late), 2);
}

TEST_F(WalTest, RetentionDeletesWhatASlowReaderHasNotRead) {
  Wal::Reader reader(wal_, note_lost_);
  append(0);
  append(5);
  append(10);
  EXPECT_TRUE(lost_.empty());  // exactly the retention old is still there
  append(16);
  EXPECT_EQ(lost_, (std::vector<int64_t>{0, 5}));
  EXPECT_TRUE(reader.missed_some());
  EXPECT_EQ(read(reader), 10);
  reader.skip_to_end();
  EXPECT_FALSE(reader.missed_some());
  EXPECT_EQ(read(reader), -1);
  append(17);
  EXPECT_EQ(read(reader), 17);
}

TEST_F(WalTest, DeletingWhatWasReadIsNoLoss) {
  Wal::Reader reader(wal_, note_lost_);
  append(0);
  EXPECT_EQ(read(reader), 0);
  append(20);
  append(40);
  EXPECT_EQ(lost_, (std::vector<int64_t>{20}));
  Wal::Reader late(wal_, note_lost_);
  append(41);
  EXPECT_FALSE(late.missed_some()) << "it never was to read what went before";
}

TEST_F(WalTest, RecordsAreCountedAsTheyAreRead) {
  Wal::Reader reader(wal_, note_lost_);
  append(1);
  append(1);  // a second slice of the same commit
  wal_.end_record();
  append(2);
  wal_.end_record();
  EXPECT_EQ(reader.records_read(), 0);
  read(reader);
  EXPECT_EQ(reader.records_read(), 1);
  read(reader);
  EXPECT_EQ(reader.records_read(), 1);
  read(reader);
  EXPECT_EQ(reader.records_read(), 2);
}

TEST_F(WalTest, SegmentsFillUpWithSamples) {
  // A segment has 128 MiB, a sample some 9 bytes: 14.9 million fit.
  layout_ = std::make_shared<Layout>(0, 8'000'000, nullptr);
  Wal::Reader reader(wal_, note_lost_);
  append(1);
  EXPECT_EQ(wal_.segment(), 0);
  append(2);
  EXPECT_EQ(wal_.segment(), 1);
  EXPECT_EQ(reader.segment(), 0);
  read(reader);
  read(reader);
  EXPECT_EQ(reader.segment(), 1);
}

TEST_F(WalTest, OneSlowReaderDoesNotCostAnother) {
  std::vector<int64_t> slow_lost;
  Wal::Reader fast(wal_, note_lost_);
  Wal::Reader slow(wal_,
                   [&](const Slice& s) { slow_lost.push_back(s.record->timestamp_ms / 1000); });
  append(0);
  EXPECT_EQ(read(fast), 0);
  append(20);
  EXPECT_TRUE(lost_.empty());
  EXPECT_EQ(slow_lost, (std::vector<int64_t>{0}));
  EXPECT_EQ(read(fast), 20);
}

TEST_F(WalTest, UnreadEntriesCanBeListed) {
  Wal::Reader reader(wal_, note_lost_);
  append(1);
  append(2);
  reader.pop();
  std::vector<int64_t> unread;
  reader.for_each_unread([&](const Slice& s) { unread.push_back(s.record->timestamp_ms / 1000); });
  EXPECT_EQ(unread, (std::vector<int64_t>{2}));
}

}  // namespace
}  // namespace pushpull
