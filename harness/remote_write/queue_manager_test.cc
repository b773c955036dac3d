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
        QueueManager::Context{loop_, transport_, source_, labels_, observer_, incoming_}, config,
        *release_profile(release), s(4), [](int64_t n) { return n * 10; });
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
    incoming_.committed(slice);
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
  IncomingSamples incoming_{loop_};
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
  EXPECT_EQ(manager_->stats().progress.samples_dropped, 3);
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
  manager_->stop([&] { done = true; });
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
  manager_->stop([&] { done = true; });
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
  manager_->stop([&] { done = loop_.now(); });
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

// A sender for which one shard is not enough: 300 samples come in each second, a batch of ten takes
// 100 ms. After ten seconds the newest sample sent is 6 s old, so 300 × (1 + 5 % × 6) = 390 per
// second want 3.9 shards.
class ReshardingTest : public QueueManagerTest {
 protected:
  void start_too_small(QueueConfig queue = small(1)) {
    start("3.5", queue);
    answer_after(ms(100));
  }
  void answer_after(Duration latency) {
    transport_.answer = [latency](const FakeTransport::Sent&) { return Answer{204, latency}; };
  }
  void run_seconds(int64_t seconds) {
    for (int64_t i = 0; i < seconds; ++i) {
      commit(300);
      loop_.run_for(s(1));
    }
  }
  // Until just before the tick that changes the shards. From then on requests take as long as said,
  // but for the ten samples in flight. The queue is full: ten samples wait, and a partial batch.
  void run_up_to_the_change(Duration then) {
    run_seconds(9);
    commit(300);
    loop_.run_for(ms(999));
    ASSERT_EQ(manager_->stats().samples_pending, kQueued);
    answer_after(then);
  }
  int64_t finished() const { return manager_->stats().progress.samples_finished; }
  int64_t lost() const { return static_cast<int64_t>(observer_.samples(LossCause::kReshardFlush)); }

  static constexpr int64_t kQueued = 10 + 10 + 9;
};

TEST_F(ReshardingTest, StartsTheShardsThatAreDesired) {
  start_too_small();
  EXPECT_EQ(manager_->stats().shards_desired, 1);
  run_seconds(12);  // the partial batch finds no slot at the change, and looks again a second later
  EXPECT_EQ(manager_->stats().shards, 4);
  EXPECT_DOUBLE_EQ(manager_->stats().shards_desired, 3.9);
  const size_t before = transport_.sent.size();
  run_seconds(5);
  EXPECT_GT(transport_.sent.size(), before + 150) << "four times ten requests per second";
  for (size_t i = before; i < transport_.sent.size(); ++i) {
    for (const wire::WriteSlice& part : transport_.sent[i].slices()) {
      const Slice& slice = part.slice;
      const auto ref = [&](uint32_t n) { return slice.record->layout->ref(slice.position(n)); };
      for (uint32_t n = 1; n < slice.count; ++n) EXPECT_EQ(ref(n) % 4, ref(0) % 4) << i;
    }
  }
  EXPECT_TRUE(observer_.drops.empty());
}

TEST_F(ReshardingTest, OldShardsAreDrainedFirstWhileTheReaderWaitsAtOneSample) {
  start_too_small();
  run_up_to_the_change(ms(1500));
  const QueueStats& stats = manager_->stats();
  loop_.run_for(ms(201));
  const int64_t retries = stats.enqueue_retries_total;
  loop_.run_for(ms(2700));  // two requests in a row
  EXPECT_EQ(stats.shards, 1) << "still the old one";
  EXPECT_EQ(stats.samples_pending, 9) << "nothing is added meanwhile";
  EXPECT_EQ(stats.enqueue_retries_total, retries) << "it waits, and does not try";
  answer_after(ms(100));
  loop_.run_for(ms(200));
  EXPECT_EQ(stats.shards, 4);
  EXPECT_GT(stats.enqueue_retries_total, retries) << "refused once by the shards that stopped";
  loop_.run_for(s(30));
  EXPECT_EQ(finished(), 3000);
  EXPECT_TRUE(observer_.drops.empty());
}

TEST_F(ReshardingTest, WhatIsNotFlushedInTimeIsLostToIt) {
  start_too_small();
  run_up_to_the_change(s(60));
  loop_.run_for(ms(1) + s(4) - ms(1));
  EXPECT_EQ(manager_->stats().shards, 1);
  EXPECT_TRUE(observer_.drops.empty());
  answer_after(ms(100));
  loop_.run_for(ms(1));
  EXPECT_EQ(manager_->stats().shards, 4) << "the flush deadline of 4 s has passed";
  EXPECT_EQ(lost(), kQueued - 10) << "but for what was in flight before";
  EXPECT_EQ(manager_->stats().samples_failed_total, lost());
  loop_.run_for(s(20));
  EXPECT_EQ(finished(), 3000 - lost() + 10) << "what was cut off in flight counts as finished";
  EXPECT_EQ(lost(), kQueued - 10);
}

TEST_F(ReshardingTest, AStopWaitsForTheReshardingUnderWay) {
  start_too_small();
  run_up_to_the_change(s(60));
  loop_.run_for(s(1));
  Instant done;
  manager_->stop([&] { done = loop_.now(); });
  loop_.run_for(s(60));
  EXPECT_EQ(done, kVirtualStart + s(14)) << "begun at 10 s, cut off after 4 s, nothing is left";
  EXPECT_EQ(lost(), kQueued - 10);
  EXPECT_EQ(observer_.samples(LossCause::kHardShutdown), 0u);
  EXPECT_GT(observer_.samples(LossCause::kRestart), 0u) << "what the reader held";
}

TEST_F(ReshardingTest, AbandonedMidwayEverySampleHasItsCause) {
  start_too_small();
  run_up_to_the_change(s(60));
  loop_.run_for(s(1));
  const auto held =
      static_cast<uint64_t>(manager_->stats().samples_pending + manager_->held_samples());
  manager_->abandon(LossCause::kRestart);
  EXPECT_EQ(observer_.samples(LossCause::kRestart), held);
  loop_.run_for(s(60));
  EXPECT_EQ(observer_.samples(LossCause::kRestart), held);
  EXPECT_EQ(lost(), 0);
}

TEST_F(ReshardingTest, AFixedNumberStays) {
  QueueConfig fixed = small(2);
  fixed.max_shards = 2;
  start_too_small(fixed);
  run_seconds(60);
  EXPECT_EQ(manager_->stats().shards, 2);
  EXPECT_GT(manager_->stats().shards_desired, 3) << "the gauge tells what it would take";
}

TEST_F(ReshardingTest, ShardsThatAreNotNeededGo) {
  start_too_small(small(1));
  run_seconds(12);
  ASSERT_EQ(manager_->stats().shards, 4);
  answer_after(ms(4));
  run_seconds(60);
  EXPECT_EQ(manager_->stats().shards, 1);
  loop_.run_for(s(6));
  EXPECT_EQ(finished(), 72 * 300);
}

// At 10 s a pause of 1.9 s is under way, which disables resharding up to 12.8 s; at 20 s nothing
// has been finished for too long.
TEST_F(ReshardingTest, AFailingReceiverGetsNoMoreShards) {
  start_too_small();
  run_seconds(7);
  central_is_away();
  run_seconds(60);
  EXPECT_EQ(manager_->stats().shards, 1);
  EXPECT_GT(manager_->stats().shards_desired, 3) << "more were wanted, and would not have helped";
}

}  // namespace
}  // namespace pushpull
