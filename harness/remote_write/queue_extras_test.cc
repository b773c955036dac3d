// Native histograms and exemplars in a sender's queue: items like samples, counted apart.
#include <gtest/gtest.h>

#include "harness/remote_write/queue_manager.h"
#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

class QueueExtrasTest : public ::testing::Test {
 protected:
  QueueExtrasTest() {
    config_.url = "http://central:9090/api/v1/write";
    config_.queue_config.max_samples_per_send = 10;
    config_.queue_config.capacity = 100;
  }
  void start(const char* release = "3.5") {
    manager_ = std::make_unique<QueueManager>(
        QueueManager::Context{loop_, transport_, source_, labels_, observer_, incoming_}, config_,
        *release_profile(release), s(4), [](int64_t n) { return n * 10; });
  }
  void send_all() { config_.send_exemplars = config_.send_native_histograms = true; }
  void commit(Slice slice) {
    source_.slices.push_back(std::move(slice));
    manager_->notify();
  }
  void commit_samples(uint32_t n) { commit(Slice::whole(record_at(layout_of(n), loop_.now()))); }
  void commit_histograms(std::vector<NativeHistogram> histograms) {
    auto layout = layout_of(static_cast<uint32_t>(histograms.size()));
    commit(Slice::whole(
        std::make_shared<Record>(Record::of_histograms(std::move(layout), std::move(histograms)))));
  }
  void commit_exemplars(uint32_t n) {
    commit(Slice::whole(
        std::make_shared<Record>(Record::of_exemplars(layout_of(n), std::vector<Exemplar>(n)))));
  }
  ItemCounts sent(size_t i) const {
    return dynamic_cast<const WritePayload&>(*transport_.sent.at(i).request.body.payload).items();
  }
  const QueueStats& stats() const { return manager_->stats(); }

  VirtualLoop loop_;
  FakeTransport transport_{loop_};
  FakeSource source_;
  NoLabels labels_;
  DropRecorder observer_;
  IncomingSamples incoming_{loop_};
  RemoteWriteConfig config_;
  std::unique_ptr<QueueManager> manager_;
};

TEST_F(QueueExtrasTest, AreReadAndPassedOverUnlessTheyAreToBeSent) {
  start();
  commit_histograms({{}, {}});
  commit_exemplars(3);
  commit_samples(4);
  loop_.run_for(s(6));
  ASSERT_EQ(transport_.sent.size(), 1u);
  EXPECT_EQ(sent(0), (ItemCounts{4, 0, 0}));
  EXPECT_EQ(stats().histograms_total + stats().exemplars_total, 0);
}

TEST_F(QueueExtrasTest, FillBatchesLikeSamples) {
  send_all();
  start();
  commit_samples(7);
  commit_histograms({{}, {}});
  commit_exemplars(3);
  loop_.run_for(ms(2));
  ASSERT_EQ(transport_.sent.size(), 1u) << "ten items are a batch";
  EXPECT_EQ(sent(0), (ItemCounts{7, 2, 1}));
  EXPECT_EQ(stats().samples_pending, 7);
  EXPECT_EQ(stats().histograms_pending, 2);
  EXPECT_EQ(stats().exemplars_pending, 3);
  loop_.run_for(s(6));
  ASSERT_EQ(transport_.sent.size(), 2u);
  EXPECT_EQ(sent(1), (ItemCounts{0, 0, 2}));
  EXPECT_EQ(stats().samples_total, 7);
  EXPECT_EQ(stats().histograms_total, 2);
  EXPECT_EQ(stats().exemplars_total, 3);
  EXPECT_EQ(stats().exemplars_pending + stats().histograms_pending, 0);
  EXPECT_EQ(stats().progress.samples_finished, 12);
}

TEST_F(QueueExtrasTest, AreRetriedAndLostLikeSamples) {
  send_all();
  start();
  transport_.answer = [this](const FakeTransport::Sent&) {
    return FakeTransport::Answer{transport_.sent.size() < 3 ? 503 : 400};
  };
  commit_histograms({{}, {}, {}});
  commit_exemplars(7);
  loop_.run_for(s(1));
  EXPECT_EQ(transport_.sent.size(), 3u);
  EXPECT_EQ(stats().histograms_retried_total, 6);
  EXPECT_EQ(stats().exemplars_retried_total, 14);
  EXPECT_EQ(stats().histograms_failed_total, 3);
  EXPECT_EQ(stats().exemplars_failed_total, 7);
  EXPECT_EQ(stats().samples_failed_total, 0);
}

TEST_F(QueueExtrasTest, RelabelledOnesAreDropsOfTheirKind) {
  send_all();
  RelabelConfig rule;
  rule.action = RelabelAction::kDrop;
  rule.source_labels = {"ref"};
  rule.regex = "1|2";
  config_.write_relabel_configs = {rule};
  start();
  commit_histograms({{}, {}, {}});
  commit_exemplars(2);
  loop_.run_for(s(6));
  EXPECT_EQ(sent(0), (ItemCounts{0, 1, 1}));
  EXPECT_EQ(stats().histograms_relabelled_total, 2);
  EXPECT_EQ(stats().exemplars_relabelled_total, 1);
  EXPECT_EQ(stats().progress.samples_dropped, 3);
}

std::vector<NativeHistogram> two_with_custom_buckets_of_five() {
  std::vector<NativeHistogram> histograms(5);
  histograms[0].schema = histograms[3].schema = NativeHistogram::kCustomBuckets;
  return histograms;
}

TEST_F(QueueExtrasTest, CustomBucketsAreDroppedIn10Since37) {
  send_all();
  start("3.7");
  commit_histograms(two_with_custom_buckets_of_five());
  loop_.run_for(s(6));
  EXPECT_EQ(sent(0), (ItemCounts{0, 3, 0}));
  EXPECT_EQ(stats().histograms_nhcb_total, 2);
  EXPECT_EQ(stats().progress.samples_dropped, 0) << "resharding does not hear of it";
}

TEST_F(QueueExtrasTest, CustomBucketsAreSentIn20AndBefore37) {
  send_all();
  start("3.5");
  commit_histograms(two_with_custom_buckets_of_five());
  loop_.run_for(s(6));
  EXPECT_EQ(sent(0), (ItemCounts{0, 5, 0}));
  config_.protobuf_message = kMessageV2;
  start("3.7");
  commit_histograms(two_with_custom_buckets_of_five());
  loop_.run_for(s(6));
  EXPECT_EQ(sent(1), (ItemCounts{0, 5, 0}));
  EXPECT_EQ(stats().histograms_nhcb_total, 0);
}

std::vector<NativeHistogram> of_times(const std::vector<int64_t>& timestamps_ms) {
  std::vector<NativeHistogram> histograms;
  for (const int64_t timestamp_ms : timestamps_ms)
    histograms.emplace_back().timestamp_ms = timestamp_ms;
  return histograms;
}

TEST_F(QueueExtrasTest, SampleAgeLimitGoesByTheirOwnTimestamps) {
  send_all();
  config_.queue_config.sample_age_limit = s(10);
  start("3.7");
  const int64_t now = loop_.now().unix_ms();
  std::vector<NativeHistogram> histograms =
      of_times({now, now - 10'001, now - 10'000, now - 20'000, now});
  histograms[3].schema = histograms[4].schema = NativeHistogram::kCustomBuckets;
  commit_histograms(std::move(histograms));
  commit_exemplars(3);  // of 1970
  loop_.run_for(ms(1));
  EXPECT_EQ(stats().histograms_pending, 2);
  EXPECT_EQ(stats().histograms_too_old, 2) << "one with custom buckets too";
  EXPECT_EQ(stats().histograms_nhcb_total, 1);
  EXPECT_EQ(stats().exemplars_too_old, 3);
  EXPECT_EQ(stats().samples_too_old, 0);
  EXPECT_EQ(stats().progress.samples_dropped, 0);
  // The batch leaves after five seconds, without the one that was ten seconds old.
  loop_.run_for(s(6));
  ASSERT_EQ(transport_.sent.size(), 1u);
  EXPECT_EQ(sent(0), (ItemCounts{0, 1, 0}));
  EXPECT_EQ(stats().histograms_too_old, 3);
}

TEST_F(QueueExtrasTest, ARetriedRequestLosesWhatHasBecomeTooOldOfAnyKind) {
  send_all();
  config_.queue_config.sample_age_limit = s(10);
  start();
  transport_.answer = [this](const FakeTransport::Sent&) {
    return FakeTransport::Answer{transport_.sent.size() == 1 ? 503 : 204,
                                 s(transport_.sent.size() == 1 ? 7 : 0)};
  };
  commit_samples(1);
  const int64_t now = loop_.now().unix_ms();
  commit_histograms(of_times({now - 4000, now - 2000}));
  std::vector<Exemplar> exemplars(2);
  exemplars[0].timestamp_ms = now - 5000;
  exemplars[1].timestamp_ms = now;
  commit(Slice::whole(
      std::make_shared<Record>(Record::of_exemplars(layout_of(2), std::move(exemplars)))));
  commit_samples(5);
  // The second attempt begins after seven seconds.
  loop_.run_for(s(9));
  ASSERT_EQ(transport_.sent.size(), 2u);
  EXPECT_EQ(sent(0), (ItemCounts{6, 2, 2}));
  EXPECT_EQ(sent(1), (ItemCounts{6, 1, 1}));
  EXPECT_EQ(stats().histograms_too_old, 1);
  EXPECT_EQ(stats().exemplars_too_old, 1);
  EXPECT_EQ(stats().histograms_total, 2 * 2) << "counters go by the whole batch";
  EXPECT_EQ(stats().exemplars_retried_total, 2);
  EXPECT_EQ(stats().samples_pending + stats().histograms_pending + stats().exemplars_pending, 0);
}

// A refused sample makes the reader wait 5 ms, then twice as long; an exemplar min_backoff.
TEST_F(QueueExtrasTest, ARefusedExemplarWaitsMinBackoffFirst) {
  send_all();
  config_.queue_config.capacity = 10;
  config_.queue_config.max_shards = 1;
  start();
  transport_.answer = [](const FakeTransport::Sent&) { return FakeTransport::Answer{503}; };
  commit_samples(29);  // one batch in flight, one waiting, nine in the partial one
  loop_.run_for(ms(1));
  EXPECT_EQ(stats().enqueue_retries_total, 0);
  commit_exemplars(1);
  loop_.run_for(ms(29));
  EXPECT_EQ(stats().enqueue_retries_total, 1);
  loop_.run_for(ms(3));
  EXPECT_EQ(stats().enqueue_retries_total, 2) << "after 30 ms";
}

TEST(ItemCounts, Arithmetic) {
  const ItemCounts sent{5, 3, 1};
  const ItemCounts written{4, 9, 0};
  EXPECT_EQ(sent.at_most(written), (ItemCounts{4, 3, 0}));
  EXPECT_EQ(sent.beyond(written), (ItemCounts{1, 0, 1}));
  EXPECT_EQ(sent.total(), 9);
}

}  // namespace
}  // namespace pushpull
