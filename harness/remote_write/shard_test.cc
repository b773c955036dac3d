#include "harness/remote_write/shard.h"

#include <gtest/gtest.h>

#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

class ShardTest : public ::testing::Test {
 protected:
  using Answer = FakeTransport::Answer;

  ShardTest() { start("3.5", {}); }

  void start(const char* release, QueueConfig queue) {
    RemoteWriteConfig config;
    config.url = "http://central:9090/api/v1/write";
    config.queue_config = queue;
    shard_.reset();
    client_.emplace(
        transport_, labels_, [](int64_t n) { return n * 10; }, config, *release_profile(release));
    shard_ = std::make_unique<Shard>(loop_, *client_, observer_, stats_, queue);
  }

  void append(uint32_t samples) {
    shard_->append(Slice::whole(record_at(layout_of(samples), loop_.now())));
  }

  void answer_with(std::optional<int> status, const std::string& retry_after = "") {
    transport_.answer = [=](const FakeTransport::Sent&) {
      return Answer{status, ms(4), retry_after};
    };
  }

  // Times between consecutive requests.
  std::vector<Duration> intervals() const {
    std::vector<Duration> out;
    for (size_t i = 1; i < transport_.sent.size(); ++i) {
      out.push_back(transport_.sent[i].at - transport_.sent[i - 1].at);
    }
    return out;
  }

  VirtualLoop loop_;
  FakeTransport transport_{loop_};
  NoLabels labels_;
  DropRecorder observer_;
  QueueStats stats_;
  std::optional<WriteClient> client_;
  std::unique_ptr<Shard> shard_;
};

TEST_F(ShardTest, FullBatchLeavesAtOnceAPartialOneAtTheDeadline) {
  append(2100);
  ASSERT_EQ(transport_.sent.size(), 1u);
  EXPECT_EQ(transport_.sent[0].samples(), 2000);
  loop_.run_for(s(6));
  ASSERT_EQ(transport_.sent.size(), 2u);
  EXPECT_EQ(transport_.sent[1].samples(), 100);
  EXPECT_EQ(intervals()[0], ms(5004)) << "armed when the first was answered";
}

TEST_F(ShardTest, DeadlineIsArmedAgainAfterEachSend) {
  // Measured at Prometheus: 25 samples/s are requests of 125 samples every 5.004 … 5.006 s.
  loop_.run_for(ms(500));
  for (int second = 0; second < 60; ++second) {
    append(25);
    loop_.run_for(s(1));
  }
  ASSERT_EQ(transport_.sent.size(), 12u);
  EXPECT_EQ(transport_.sent[0].at, kVirtualStart + s(5));
  for (const FakeTransport::Sent& sent : transport_.sent) EXPECT_EQ(sent.samples(), 125);
  for (const Duration interval : intervals()) EXPECT_EQ(interval, ms(5004));
}

TEST_F(ShardTest, ScrapesLargerThanABatchLeaveInBursts) {
  // Measured at Prometheus: 1200 series every second, 500 per request: two or three full requests
  // after each scrape.
  QueueConfig queue;
  queue.capacity = 2500;
  queue.max_samples_per_send = 500;
  start("2.42", queue);
  for (int second = 0; second < 5; ++second) {
    append(1200);
    loop_.run_for(s(1));
  }
  // Leftovers of 200, 400, 100, 300, 0 samples wait for the next scrape: 2, 2, 3, 2, 3 requests.
  ASSERT_EQ(transport_.sent.size(), 12u);
  for (const FakeTransport::Sent& sent : transport_.sent) EXPECT_EQ(sent.samples(), 500);
  EXPECT_EQ(intervals()[0], ms(4));
  EXPECT_EQ(intervals()[1], ms(996));
}

TEST_F(ShardTest, BacksOffAsPrometheusDoesAndForEver) {
  answer_with(503);
  append(2000);
  loop_.run_for(s(100));
  const std::vector<Duration> seen = intervals();
  const std::vector<int64_t> expected = {34, 64, 124, 244, 484, 964, 1924, 3844, 5004, 5004};
  ASSERT_GE(seen.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(seen[i], ms(expected[i])) << i;
  EXPECT_EQ(transport_.sent[3].request.headers.get("Retry-Attempt"), "3");
  const auto attempts = static_cast<int64_t>(transport_.sent.size());
  EXPECT_EQ(stats_.samples_total, attempts * 2000);
  EXPECT_EQ(stats_.samples_retried_total, attempts * 2000);
  EXPECT_EQ(stats_.samples_pending, 2000);
  EXPECT_EQ(stats_.bytes_total, 0);
  EXPECT_TRUE(observer_.drops.empty());
}

TEST_F(ShardTest, TellsWhatWasAcknowledgedWhenTheAnswerCame) {
  answer_with(503);
  append(2000);
  loop_.run_for(ms(30));
  EXPECT_TRUE(observer_.acks.empty());
  answer_with(204);
  loop_.run_for(s(1));
  ASSERT_EQ(observer_.acks.size(), 1u);
  EXPECT_EQ(observer_.acks[0].first.count, 2000u);
  // Sent at 0, refused at 4 ms, sent again 30 ms later, answered 4 ms after that.
  EXPECT_EQ(observer_.acks[0].second, kVirtualStart + ms(38));
}

TEST_F(ShardTest, RetriesWhenNoAnswerComesAndStartsAnewForTheNextBatch) {
  int attempts = 0;
  transport_.answer = [&](const FakeTransport::Sent&) {
    Answer answer;
    if (++attempts % 3 != 0) answer.status = std::nullopt;
    return answer;
  };
  append(4000);
  loop_.run_for(s(1));
  EXPECT_EQ(intervals(), (std::vector<Duration>{ms(34), ms(64), ms(4), ms(34), ms(64)}));
  EXPECT_EQ(stats_.samples_pending, 0);
  EXPECT_EQ(stats_.requests_by_status[0], 4);
  EXPECT_EQ(stats_.requests_by_status[204], 2);
  EXPECT_EQ(stats_.bytes_total, 2 * 2000 * 10) << "once per batch, not per attempt";
}

TEST_F(ShardTest, ObeysRetryAfterOfA503SinceRelease248) {
  answer_with(503, "3");
  append(2000);
  loop_.run_for(s(7));
  EXPECT_EQ(intervals(), (std::vector<Duration>{ms(3004), ms(3004)}));
}

TEST_F(ShardTest, IgnoresRetryAfterOfA503Before) {
  start("2.42", {});
  answer_with(503, "3");
  append(2000);
  loop_.run_for(ms(200));
  EXPECT_EQ(intervals(), (std::vector<Duration>{ms(34), ms(64)}));
}

TEST_F(ShardTest, TooManyRequestsCostTheBatch) {
  answer_with(429, "2");
  append(2000);
  loop_.run_for(s(60));
  EXPECT_EQ(transport_.sent.size(), 1u);
  EXPECT_EQ(observer_.samples(LossCause::kRejected), 2000u);
  EXPECT_EQ(stats_.samples_failed_total, 2000);
  EXPECT_EQ(stats_.samples_retried_total, 0);
}

TEST_F(ShardTest, TooManyRequestsAreRetriedWhereConfigured) {
  for (const char* release : {"2.42", "3.5"}) {
    QueueConfig queue;
    queue.retry_on_http_429 = true;
    start(release, queue);
    transport_.sent.clear();
    answer_with(429, "2");
    append(2000);
    loop_.run_for(s(5));
    EXPECT_EQ(intervals(), (std::vector<Duration>{ms(2004), ms(2004)})) << release;
  }
}

TEST_F(ShardTest, RejectedBatchIsDroppedOnceAndTheNextOneSent) {
  int requests = 0;
  transport_.answer = [&](const FakeTransport::Sent&) {
    Answer answer;
    answer.status = ++requests == 1 ? 400 : 204;
    return answer;
  };
  append(4000);
  loop_.run_for(s(1));
  EXPECT_EQ(transport_.sent.size(), 2u);
  EXPECT_EQ(observer_.samples(LossCause::kRejected), 2000u);
  EXPECT_EQ(stats_.last_rejection, "out of order sample\n");
  EXPECT_EQ(stats_.samples_pending, 0);
  EXPECT_EQ(stats_.progress.highest_sent_timestamp_ms, kVirtualStart.unix_ms());
}

TEST_F(ShardTest, OneRequestIsInFlightAndRoomCountsIt) {
  transport_.answer = [](const FakeTransport::Sent&) { return Answer{204, s(60)}; };
  EXPECT_EQ(shard_->room(), 6 * 2000 + 1999) << "in flight, five in the channel, one partial";
  append(6 * 2000 + 1999);
  EXPECT_EQ(shard_->room(), 0);
  EXPECT_EQ(transport_.sent.size(), 1u);
  loop_.run_for(s(61));
  EXPECT_EQ(shard_->room(), 2000) << "one batch resolved, the next in flight";
}

TEST_F(ShardTest, StopSendsThePartialBatchAndDrains) {
  bool drained = false;
  append(2100);
  shard_->stop([&] { drained = true; });
  EXPECT_FALSE(drained);
  loop_.run_for(ms(8));
  EXPECT_TRUE(drained);
  ASSERT_EQ(transport_.sent.size(), 2u);
  EXPECT_EQ(transport_.sent[1].samples(), 100);
  loop_.run_for(s(60));  // no deadline comes any more
  EXPECT_EQ(transport_.sent.size(), 2u);
}

TEST_F(ShardTest, StopOfAnIdleShardDrainsAtOnce) {
  bool drained = false;
  shard_->stop([&] { drained = true; });
  EXPECT_TRUE(drained);
}

TEST_F(ShardTest, StopLooksForASlotEverySecond) {
  bool drained = false;
  QueueConfig queue;
  queue.capacity = 2000;  // one slot
  start("3.5", queue);
  append(2000 + 2000 + 100);
  shard_->stop([&] { drained = true; });
  loop_.run_for(ms(999));
  EXPECT_EQ(transport_.sent.size(), 2u) << "both full batches; the channel was full at the stop";
  loop_.run_for(ms(1));
  EXPECT_EQ(transport_.sent.size(), 3u);
  loop_.run_for(ms(4));
  EXPECT_TRUE(drained);
}

TEST_F(ShardTest, AbandonDropsEverythingAndIgnoresTheLateAnswer) {
  append(4500);
  shard_->abandon(LossCause::kHardShutdown);
  EXPECT_EQ(observer_.samples(LossCause::kHardShutdown), 4500u);
  EXPECT_EQ(stats_.samples_failed_total, 4500);
  EXPECT_EQ(stats_.samples_pending, 0);
  loop_.run_for(s(60));
  EXPECT_EQ(transport_.sent.size(), 1u);
  EXPECT_TRUE(stats_.requests_by_status.empty());
}

TEST_F(ShardTest, AnAnswerMayComeAfterTheShardIsGone) {
  append(2000);
  shard_.reset();
  loop_.run_for(s(1));
  EXPECT_TRUE(stats_.requests_by_status.empty());
}

TEST_F(ShardTest, NewestTimestampOfResolvedBatchesIsKept) {
  auto record = std::make_shared<Record>();
  record->layout = layout_of(3);
  record->timestamps = {500, 900, 700};
  shard_->append(Slice::whole(record));
  loop_.run_for(s(6));
  EXPECT_EQ(stats_.progress.highest_sent_timestamp_ms, 900);
}

TEST(AttemptDurations, FallIntoPrometheussBuckets) {
  AttemptDurations durations;
  durations.observe(ms(5));
  durations.observe(ms(6));
  durations.observe(s(301));
  EXPECT_EQ(durations.cumulative(0), 1) << "le 5 ms, inclusive";
  EXPECT_EQ(durations.cumulative(1), 2);
  EXPECT_EQ(durations.cumulative(14), 2);
  EXPECT_EQ(durations.count(), 3);
  EXPECT_EQ(durations.sum(), ms(5) + ms(6) + s(301));
}

}  // namespace
}  // namespace pushpull
