// What a sender leaves out before it queues, and the metadata that it sends beside its queues.
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/remote_write/queue_manager.h"
#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

class OneFamily : public MetadataSource {
 public:
  std::vector<wire::FamilyMetadata> metadata() override { return {{2, "a", "A.", ""}}; }
};

class QueueRulesTest : public ::testing::Test {
 protected:
  QueueRulesTest() { config_.url = "http://central:9090/api/v1/write"; }

  QueueManager& start(Duration flush_deadline = s(60)) {
    manager_.emplace(QueueManager::Context{loop_, transport_, source_, labels_, observer_,
                                           incoming_, &families_},
                     config_, *release_profile("3.5"), flush_deadline, [](int64_t n) { return n; });
    return *manager_;
  }
  void commit(uint32_t samples) {
    source_.slices.push_back(Slice::whole(record_at(layout_of(samples), loop_.now())));
    manager_->notify();
  }
  size_t metadata_requests() const {
    return static_cast<size_t>(std::ranges::count_if(
        transport_.sent, [](const FakeTransport::Sent& sent) { return sent.samples() == 0; }));
  }

  VirtualLoop loop_;
  FakeTransport transport_{loop_};
  FakeSource source_;
  NoLabels labels_;
  DropRecorder observer_;
  IncomingSamples incoming_{loop_};
  OneFamily families_;
  RemoteWriteConfig config_;
  std::optional<QueueManager> manager_;
};

TEST_F(QueueRulesTest, WhatIsTooOldWhenItIsReadIsNotQueued) {
  config_.queue_config.sample_age_limit = s(10);
  QueueManager& manager = start();
  auto record = std::make_shared<Record>();
  record->layout = layout_of(6);
  const int64_t now = kVirtualStart.unix_ms();
  record->timestamps = {now, now - 10'001, now - 10'000, now - 20'000, now - 15'000, now};
  source_.slices.push_back(Slice::whole(record));
  manager.notify();
  loop_.run_for(ms(1));
  EXPECT_EQ(manager.stats().samples_pending, 3);
  EXPECT_EQ(manager.stats().samples_too_old, 3);
  EXPECT_EQ(manager.stats().progress.samples_dropped, 0) << "resharding does not hear of it";
  ASSERT_EQ(observer_.drops.size(), 2u);
  EXPECT_EQ(observer_.drops[0].first.position(0), 1u);
  EXPECT_EQ(observer_.drops[1].first.position(0), 3u);
  EXPECT_EQ(observer_.drops[1].first.count, 2u);
}

// Prometheus looks at the clock once, when it begins to append a commit, however long that takes.
TEST_F(QueueRulesTest, AgeIsThatOfTheTimeWhenTheReaderTookTheCommit) {
  config_.queue_config.capacity = config_.queue_config.max_samples_per_send = 10;
  config_.queue_config.max_shards = 1;
  config_.metadata_config.send = false;
  config_.queue_config.sample_age_limit = s(10);
  transport_.answer = [](const FakeTransport::Sent&) { return FakeTransport::Answer{204, s(20)}; };
  QueueManager& manager = start();
  commit(60);  // of which 29 find room, and the reader waits with the others
  loop_.run_for(s(15));
  EXPECT_EQ(manager.stats().samples_too_old, 0);
  commit(5);
  loop_.run_for(s(200));
  // All of the first commit were queued, the last ones 80 s old by then; of its six batches all but
  // the first were too old when their turn came, and sent empty. The second commit was read after
  // that, and dropped.
  EXPECT_EQ(manager.stats().samples_total, 60);
  EXPECT_EQ(transport_.sent.size(), 6u);
  EXPECT_EQ(observer_.samples(LossCause::kTooOld), 50u + 5);
  EXPECT_EQ(manager.stats().samples_too_old, 50 + 5);
  EXPECT_EQ(manager.stats().samples_pending, 0);
}

TEST_F(QueueRulesTest, AStopWaitsForTheShardsAndThenForMetadata) {
  QueueManager& manager = start(s(3));
  loop_.run_for(s(59));
  transport_.answer = [](const FakeTransport::Sent&) { return FakeTransport::Answer{503}; };
  commit(5);
  loop_.run_for(s(10));
  EXPECT_GT(metadata_requests(), 2u);
  const Instant stopped = loop_.now();
  std::optional<Instant> done;
  manager.stop([&] { done = loop_.now(); });
  loop_.run_for(s(20));
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(*done - stopped, s(6)) << "a deadline for each";
  EXPECT_EQ(observer_.samples(LossCause::kHardShutdown), 5u);
  EXPECT_EQ(manager.stats().metadata_failed_total, 1);
}

TEST_F(QueueRulesTest, MetadataIsSentIn10OnlyAndWhereItIsWanted) {
  start();
  loop_.run_for(s(61));
  EXPECT_EQ(metadata_requests(), 1u);
  transport_.sent.clear();
  config_.protobuf_message = kMessageV2;
  start();
  loop_.run_for(s(61));
  EXPECT_EQ(metadata_requests(), 0u) << "in 2.0 it belongs to the series";
  config_ = {};
  config_.url = "http://central:9090/api/v1/write";
  config_.metadata_config.send = false;
  start();
  loop_.run_for(s(61));
  EXPECT_EQ(metadata_requests(), 0u);
}

TEST_F(QueueRulesTest, AnAbandonedSenderSendsNoMoreMetadata) {
  QueueManager& manager = start();
  loop_.run_for(s(30));
  manager.abandon(LossCause::kRestart);
  loop_.run_for(s(100));
  EXPECT_EQ(metadata_requests(), 0u);
}

}  // namespace
}  // namespace pushpull
