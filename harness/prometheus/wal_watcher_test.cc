#include "harness/prometheus/wal_watcher.h"

#include <gtest/gtest.h>

#include "harness/loop/virtual_loop.h"
#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

class WalWatcherTest : public testing::Test {
 protected:
  // A commit of three samples of the present.
  void append() { append(std::make_shared<Record>(*record_at(layout_of(3), loop_.now()))); }
  void append(std::shared_ptr<Record> record) {
    wal_.append(Slice::whole(std::move(record)), loop_.now());
    wal_.end_record();
  }
  // Reads all there is; how many samples that was.
  uint32_t read_all() {
    uint32_t samples = 0;
    while (const Slice* slice = watcher_.peek()) {
      samples += slice->count;
      watcher_.pop();
    }
    return samples;
  }
  int64_t unread() const {
    int64_t samples = 0;
    watcher_.for_each_unread([&](const Slice& slice) { samples += slice.count; });
    return samples;
  }

  VirtualLoop loop_;
  DropRecorder observer_;
  Wal wal_{s(60)};
  WalWatcher watcher_{loop_, wal_, observer_};
};

// As Prometheus, which asks a timestamp of samples and histograms only.
TEST_F(WalWatcherTest, ExemplarsOfBeforeItsStartAreRead) {
  auto layout = std::make_shared<Layout>(std::vector<uint64_t>{1, 2});
  wal_.append(Slice::whole(std::make_shared<Record>(
                  Record::of_histograms(layout, std::vector<NativeHistogram>(2)))),
              loop_.now());
  wal_.append(Slice::whole(
                  std::make_shared<Record>(Record::of_exemplars(layout, std::vector<Exemplar>(2)))),
              loop_.now());
  const Slice* next = watcher_.peek();
  ASSERT_NE(next, nullptr);
  EXPECT_EQ(next->record->kind(), RecordKind::kExemplars);
  EXPECT_EQ(read_all(), 2u);
  EXPECT_EQ(observer_.samples(LossCause::kBeforeStart), 2u);
}

TEST_F(WalWatcherTest, ReadsWhatIsNewerThanItsStart) {
  append(std::make_shared<Record>(*record_at(layout_of(3), kVirtualStart - ms(1))));
  EXPECT_EQ(unread(), 3);
  EXPECT_EQ(read_all(), 0u);
  EXPECT_EQ(observer_.samples(LossCause::kBeforeStart), 3u);
  append();  // of the millisecond of the start
  EXPECT_EQ(read_all(), 3u);
  EXPECT_EQ(unread(), 0);
  EXPECT_EQ(watcher_.records_read(), 2);
}

TEST_F(WalWatcherTest, TimestampsOfTheirOwnAreJudgedOneByOne) {
  loop_.run_for(s(10));
  auto record = std::make_shared<Record>();
  record->layout = layout_of(5);
  const int64_t start = kVirtualStart.unix_ms();
  record->timestamps = {start, start - 1, start - 2, start + 1, start + 3};
  append(record);
  ASSERT_NE(watcher_.peek(), nullptr);
  EXPECT_EQ(watcher_.peek()->count, 1u);
  EXPECT_EQ(unread(), 5) << "looking is not reading";
  watcher_.pop();
  ASSERT_NE(watcher_.peek(), nullptr);
  EXPECT_EQ(watcher_.peek()->count, 2u);
  EXPECT_EQ(watcher_.peek()->position(0), 3u);
  EXPECT_EQ(observer_.samples(LossCause::kBeforeStart), 2u);
}

TEST_F(WalWatcherTest, WhereSomethingWasDeletedUnreadItBeginsAnewFiveSecondsLater) {
  for (int i = 0; i < 8; ++i) {
    loop_.run_for(s(10));
    append();  // at 10, 20 … 80 s; the last one deletes what is older than 60 s: the first
  }
  EXPECT_EQ(observer_.samples(LossCause::kWalTruncated), 3u);
  EXPECT_EQ(unread(), 7 * 3);
  EXPECT_EQ(watcher_.peek(), nullptr) << "at 80 s: the error";
  loop_.run_for(s(3));
  append();
  EXPECT_EQ(watcher_.peek(), nullptr);
  loop_.run_for(s(2));
  // The last append has deleted what was of 20 s: it was 63 s old.
  EXPECT_EQ(observer_.samples(LossCause::kWalTruncated), 2u * 3);
  EXPECT_EQ(observer_.samples(LossCause::kTailError), 7u * 3) << "however young";
  EXPECT_EQ(unread(), 0);

  // From then on, if it is newer than the new start.
  append();
  EXPECT_EQ(read_all(), 0u);
  EXPECT_EQ(observer_.samples(LossCause::kBeforeStart), 3u);
  loop_.run_for(ms(1));
  append();
  EXPECT_EQ(read_all(), 3u);
}

TEST_F(WalWatcherTest, AReaderThatWaitsInTheMidstOfACommitFinishesIt) {
  loop_.run_for(s(1));
  append();
  ASSERT_NE(watcher_.peek(), nullptr);
  watcher_.pop();
  for (int i = 0; i < 8; ++i) {
    loop_.run_for(s(10));
    append();
  }
  EXPECT_EQ(observer_.samples(LossCause::kWalTruncated), 3u) << "what it has read is its own";
}

TEST_F(WalWatcherTest, CloseReportsWhatIsUnread) {
  loop_.run_for(s(1));
  append();
  append();
  ASSERT_NE(watcher_.peek(), nullptr);
  watcher_.close(LossCause::kRestart);
  EXPECT_EQ(observer_.samples(LossCause::kRestart), 6u);
  EXPECT_EQ(unread(), 0);
}

TEST_F(WalWatcherTest, CloseAmidTheErrorEndsIt) {
  for (int i = 0; i < 8; ++i) {
    loop_.run_for(s(10));
    append();
  }
  EXPECT_EQ(watcher_.peek(), nullptr);
  watcher_.close(LossCause::kRestart);
  EXPECT_EQ(observer_.samples(LossCause::kRestart), 7u * 3);
  loop_.run_for(s(10));
  EXPECT_EQ(observer_.samples(LossCause::kTailError), 0u);
}

}  // namespace
}  // namespace pushpull
