#include "harness/remote_write/queue_manager.h"

#include <gtest/gtest.h>

#include <map>

#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

class QueueManagerTest : public ::testing::Test {
 protected:
  using Answer = FakeTransport::Answer;

  void start(const char* release, QueueConfig queue, std::vector<RelabelConfig> rules = {}) {
    RemoteWriteConfig config;
    config.write_relabel_configs = std::move(rules);
    config.url = "http://central:9090/api/v1/write";
    config.queue_config = queue;
    manager_ = std::make_unique<QueueManager>(
        QueueManager::Context{loop_, transport_, source_, labels_, observer_}, config,
        *release_profile(release), [](int64_t n) { return n * 10; });
  }

  // Batches of 10, one batch waiting, `shards` shards.
  static QueueConfig small(int64_t shards) {
    QueueConfig queue;
    queue.capacity = 10;
    queue.max_samples_per_send = 10;
    queue.min_shards = shards;
    return queue;
  }

  // A rule that drops the series whose ref, as a label, matches.
  static RelabelConfig drop_refs(std::string regex) {
    RelabelConfig rule;
    rule.action = RelabelAction::kDrop;
    rule.source_labels = {"ref"};
    rule.regex = std::move(regex);
    return rule;
  }

  void commit(Slice slice) {
    source_.slices.push_back(std::move(slice));
    manager_->notify();
  }
  void commit(uint32_t samples) {
    commit(Slice::whole(record_at(layout_of(samples), loop_.now())));
  }

  void central_is_away() {
    transport_.answer = [](const FakeTransport::Sent&) { return Answer{503}; };
  }

  VirtualLoop loop_;
  FakeTransport transport_{loop_};
  FakeSource source_;
  NoLabels labels_;
  DropRecorder observer_;
  std::unique_ptr<QueueManager> manager_;
};

TEST_F(QueueManagerTest, ReadsWhenNotified) {
  start("3.5", {});
  loop_.run_for(ms(1003));
  commit(2000);
  EXPECT_TRUE(transport_.sent.empty()) << "not inside notify()";
  loop_.run_for(Duration());
  ASSERT_EQ(transport_.sent.size(), 1u);
  EXPECT_EQ(transport_.sent[0].at, kVirtualStart + ms(1003));
}

TEST_F(QueueManagerTest, OldReleasesReadAtTheNextPoll) {
  start("2.42", small(1));
  loop_.run_for(ms(1003));
  commit(10);
  loop_.run_for(ms(17));  // 1020
  commit(10);
  loop_.run_for(ms(10));
  ASSERT_EQ(transport_.sent.size(), 2u);
  EXPECT_EQ(transport_.sent[0].at, kVirtualStart + ms(1010));
  EXPECT_EQ(transport_.sent[1].at, kVirtualStart + ms(1020)) << "on the grid already";
}

TEST_F(QueueManagerTest, RelabelledSeriesAreNeverQueued) {
  start("3.5", small(2), {drop_refs("1|3|4")});
  commit(8);
  loop_.run_for(s(5));  // 0, 2 and 6 go to the first shard, 5 and 7 to the second
  ASSERT_EQ(transport_.sent.size(), 2u);
  EXPECT_EQ(transport_.sent[0].samples(), 3);
  EXPECT_EQ(transport_.sent[1].samples(), 2);
  ASSERT_EQ(observer_.drops.size(), 1u);
  const auto& [dropped, cause] = observer_.drops[0];
  EXPECT_EQ(cause, LossCause::kRelabelled);
  ASSERT_EQ(dropped.count, 3u);
  EXPECT_EQ(dropped.position(1), 3u);
  EXPECT_EQ(manager_->stats().samples_relabelled_total, 3);
  EXPECT_EQ(manager_->stats().samples_failed_total, 0);
}

TEST_F(QueueManagerTest, SeriesAreRelabelledWhenTheReaderPassesThem) {
  central_is_away();
  start("3.5", small(1), {drop_refs("0|29|39")});
  commit(40);
  loop_.run_for(s(1));
  // 1 to 10 in flight, 11 to 20 wait, 21 to 28 and 30 are a partial batch that 31 would complete.
  EXPECT_EQ(manager_->held_samples(), 9);
  EXPECT_EQ(observer_.samples(LossCause::kRelabelled), 2u) << "39 is not reached";
  transport_.answer = [](const FakeTransport::Sent&) { return Answer(); };
  loop_.run_for(s(30));
  EXPECT_EQ(manager_->held_samples(), 0);
  EXPECT_EQ(observer_.samples(LossCause::kRelabelled), 3u);
  EXPECT_EQ(observer_.acks.size(), 4u);
}

TEST_F(QueueManagerTest, WhereAllIsRelabelledNothingIsSent) {
  start("3.5", small(1), {drop_refs(".*")});
  commit(100);
  loop_.run_for(s(10));
  EXPECT_TRUE(transport_.sent.empty());
  EXPECT_EQ(observer_.samples(LossCause::kRelabelled), 100u);
}

TEST_F(QueueManagerTest, DealsSeriesOutByRefModuloShards) {
  start("3.5", small(3));
  commit(Slice::whole(record_at(layout_of(30, 7), loop_.now())));
  loop_.run_for(Duration());
  ASSERT_EQ(transport_.sent.size(), 3u);
  for (uint64_t shard = 0; shard < 3; ++shard) {
    const std::vector<wire::WriteSlice>& slices = transport_.sent[shard].slices();
    ASSERT_EQ(slices.size(), 1u);
    const Slice& slice = slices[0].slice;
    EXPECT_EQ(slice.count, 10u);
    for (uint32_t i = 0; i < slice.count; ++i) {
      EXPECT_EQ(slice.record->layout->ref(slice.position(i)) % 3, shard);
    }
  }
  EXPECT_EQ(manager_->stats().shards, 3);
}

TEST_F(QueueManagerTest, AFullShardStopsTheReaderForAllShards) {
  start("3.5", small(2));
  transport_.answer = [](const FakeTransport::Sent& sent) {
    const bool shard_0 = sent.slices()[0].slice.position(0) % 2 == 0;
    return Answer{204, shard_0 ? s(1000) : ms(1)};
  };
  // Shard 0 holds 10 in flight, 10 waiting and 9 in the partial batch; its 30th sample is
  // position 58.
  commit(200);
  loop_.run_for(Duration());
  EXPECT_EQ(manager_->stats().samples_pending, 58)
      << "shard 1 has 29 as well: it was not asked for more";
  loop_.run_for(ms(40));
  EXPECT_EQ(manager_->stats().enqueue_retries_total, 4) << "at 0, 5, 15 and 35 ms";
  EXPECT_EQ(manager_->stats().samples_pending, 29 + 9) << "shard 1 sent two batches and starves";
}

TEST_F(QueueManagerTest, PausesOfTheReaderDoubleUpToMaxBackoffAndStartAnew) {
  QueueConfig queue = small(1);
  queue.max_backoff = ms(30);
  start("3.5", queue);
  transport_.answer = [](const FakeTransport::Sent&) { return Answer{204, ms(102)}; };
  // Room for 29. Attempts at 0, 5, 15, 35, 65, 95 and 125 ms; at 125 ms a batch has been resolved.
  commit(100);
  loop_.run_for(ms(124));
  EXPECT_EQ(manager_->stats().enqueue_retries_total, 6);
  EXPECT_EQ(manager_->stats().samples_pending, 19);
  loop_.run_for(ms(1));
  EXPECT_EQ(manager_->stats().samples_pending, 29) << "refused again ten samples later";
  EXPECT_EQ(manager_->stats().enqueue_retries_total, 7);
  loop_.run_for(ms(5));
  EXPECT_EQ(manager_->stats().enqueue_retries_total, 8) << "5 ms again";
}

TEST_F(QueueManagerTest, RetentionCannotDeleteWhatIsHalfRead) {
  start("3.5", small(1));
  bool away = true;
  transport_.answer = [&](const FakeTransport::Sent&) { return Answer{away ? 503 : 204}; };
  commit(100);
  commit(100);
  loop_.run_for(s(1));
  EXPECT_EQ(manager_->held_samples(), 100 - 29)
      << "in flight, waiting, and nine in the partial batch";
  source_.slices.clear();
  away = false;
  loop_.run_for(s(30));
  int64_t delivered = manager_->stats().samples_total - manager_->stats().samples_retried_total;
  EXPECT_EQ(delivered, 100);
  EXPECT_EQ(manager_->held_samples(), 0);
}

TEST_F(QueueManagerTest, StopFlushesAndReportsDone) {
  start("3.5", small(2));
  bool done = false;
  commit(7);
  loop_.run_for(ms(1));
  manager_->stop(s(60), [&] { done = true; });
  EXPECT_FALSE(done);
  loop_.run_for(ms(4));
  EXPECT_TRUE(done);
  EXPECT_EQ(transport_.sent.size(), 2u) << "4 and 3 samples";
  EXPECT_EQ(manager_->stats().samples_pending, 0);
  EXPECT_TRUE(observer_.drops.empty());
  commit(7);
  loop_.run_for(s(60));
  EXPECT_EQ(transport_.sent.size(), 2u) << "a stopped sender reads no more";
}

TEST_F(QueueManagerTest, StopOfAnEmptySenderIsDoneSoonButNotInside) {
  start("3.5", small(1));
  bool done = false;
  manager_->stop(s(60), [&] { done = true; });
  EXPECT_FALSE(done);
  loop_.run_for(Duration());
  EXPECT_TRUE(done);
}

TEST_F(QueueManagerTest, HardShutdownDropsAfterTheFlushDeadline) {
  // Measured at Prometheus: endpoint answers 503, flush deadline 4 s, exit after 4.01 s.
  start("3.5", small(2));
  central_is_away();
  commit(100);
  commit(5);
  loop_.run_for(ms(1));
  const int64_t queued = manager_->stats().samples_pending;
  EXPECT_EQ(queued, 58);
  Instant done;
  manager_->stop(s(4), [&] { done = loop_.now(); });
  EXPECT_EQ(observer_.samples(LossCause::kRestart), 100u - 58)
      << "the rest of the half-read record";
  ASSERT_EQ(source_.slices.size(), 1u) << "what was never read is the owner's";
  EXPECT_EQ(source_.slices[0].count, 5u);
  loop_.run_for(s(10));
  EXPECT_EQ(done, kVirtualStart + ms(1) + s(4));
  EXPECT_EQ(observer_.samples(LossCause::kHardShutdown), 58u);
  EXPECT_EQ(manager_->stats().samples_failed_total, 58);
  EXPECT_EQ(manager_->stats().samples_pending, 0);
}

TEST_F(QueueManagerTest, AbandonReportsAllThatWasReadAndNotDelivered) {
  start("3.5", small(1));
  central_is_away();
  commit(100);
  loop_.run_for(ms(1));
  manager_->abandon(LossCause::kRestart);
  EXPECT_EQ(observer_.samples(LossCause::kRestart), 100u);
  const size_t requests = transport_.sent.size();
  loop_.run_for(s(60));
  EXPECT_EQ(transport_.sent.size(), requests);
  EXPECT_TRUE(source_.slices.empty());
}

TEST_F(QueueManagerTest, LayoutsChangeFromRecordToRecord) {
  start("3.5", small(2));
  auto churned = std::make_shared<const Layout>(std::vector<uint64_t>{90, 2, 41, 7, 8});
  commit(3);
  commit(Slice::whole(record_at(churned, loop_.now())));
  loop_.run_for(s(6));
  std::map<uint64_t, int> seen;  // by ref
  for (const FakeTransport::Sent& sent : transport_.sent) {
    for (const wire::WriteSlice& part : sent.slices()) {
      for (uint32_t i = 0; i < part.slice.count; ++i) {
        ++seen[part.slice.record->layout->ref(part.slice.position(i))];
      }
    }
  }
  EXPECT_EQ(seen,
            (std::map<uint64_t, int>{{0, 1}, {1, 1}, {2, 2}, {7, 1}, {8, 1}, {41, 1}, {90, 1}}));
}

}  // namespace
}  // namespace pushpull
