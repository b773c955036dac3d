// sample_age_limit: what is left out of requests that wait, and how it is counted.
#include <gtest/gtest.h>

#include "harness/remote_write/shard.h"
#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

class ShardAgeTest : public ::testing::Test {
 protected:
  ShardAgeTest() {
    config_.url = "http://central:9090/api/v1/write";
    config_.queue_config.sample_age_limit = s(10);
    config_.queue_config.max_samples_per_send = 10;
  }

  Shard& start(const char* release = "3.5") {
    client_.emplace(
        transport_, labels_, [](int64_t n) { return n * 10; }, config_, *release_profile(release));
    shard_ = std::make_unique<Shard>(loop_, *client_, observer_, stats_, config_.queue_config);
    return *shard_;
  }
  Slice scraped_now(uint32_t samples) {
    return Slice::whole(record_at(layout_of(samples), loop_.now()));
  }
  // Samples of each request.
  std::vector<int64_t> sizes() const {
    std::vector<int64_t> out;
    for (const FakeTransport::Sent& sent : transport_.sent) out.push_back(sent.samples());
    return out;
  }

  VirtualLoop loop_;
  FakeTransport transport_{loop_};
  NoLabels labels_;
  DropRecorder observer_;
  QueueStats stats_;
  RemoteWriteConfig config_;
  std::optional<WriteClient> client_;
  std::unique_ptr<Shard> shard_;
};

TEST_F(ShardAgeTest, ARetriedRequestLosesWhatHasBecomeTooOld) {
  transport_.answer = [this](const FakeTransport::Sent&) {
    return FakeTransport::Answer{loop_.now() < kVirtualStart + s(14) ? 503 : 204};
  };
  Shard& shard = start();
  shard.append(scraped_now(4));
  loop_.run_for(s(1));
  shard.append(scraped_now(6));  // completes the batch; the first attempt is at 1 s
  // Attempts are at 1, 1.034, 1.098, 1.222, 1.466, 1.95, 2.914, 4.838, 8.682, 13.686 … s: the last
  // one finds the first four samples older than ten seconds, but not the other six, of 1 s; those
  // are too old at 18.69 s.
  loop_.run_for(s(15));
  EXPECT_EQ(sizes(), (std::vector<int64_t>{10, 10, 10, 10, 10, 10, 10, 10, 10, 0}));
}

TEST_F(ShardAgeTest, WhatIsLeftArrivesAndCountersGoByTheWholeBatch) {
  transport_.answer = [this](const FakeTransport::Sent&) {
    return FakeTransport::Answer{loop_.now() < kVirtualStart + s(9) ? 503 : 204};
  };
  Shard& shard = start();
  shard.append(scraped_now(4));
  loop_.run_for(s(8));
  shard.append(scraped_now(6));
  // The deadline sent the first four alone at 5 s: attempts at 5, 5.034, 5.098, 5.222, 5.466, 5.95,
  // 6.914, 8.838 s, and at 12.682 s, when they are 12.7 s old and nothing is left of them. Five
  // seconds after its answer the other six leave, 9.7 s old.
  loop_.run_for(s(20));
  EXPECT_EQ(sizes(), (std::vector<int64_t>{4, 4, 4, 4, 4, 4, 4, 4, 0, 6}));
  EXPECT_EQ(observer_.samples(LossCause::kTooOld), 4u);
  EXPECT_EQ(observer_.drops.size(), 1u);
  EXPECT_EQ(stats_.samples_too_old, 4);
  EXPECT_EQ(stats_.samples_total, 9 * 4 + 6) << "as many per attempt as were taken from the queue";
  EXPECT_EQ(stats_.samples_retried_total, 8 * 4);
  EXPECT_EQ(stats_.samples_failed_total, 0);
  EXPECT_EQ(stats_.samples_pending, 0);
  EXPECT_EQ(stats_.progress.samples_finished, 10);
  EXPECT_EQ(stats_.progress.samples_dropped, 0) << "resharding does not hear of them";
  EXPECT_EQ(stats_.bytes_total, 10 * 10) << "of the requests as they were first built";
}

TEST_F(ShardAgeTest, NothingIsOneByteOfSnappyAndSince34NoByte) {
  for (const auto& [release, bytes] : {std::pair("3.3", 1), std::pair("3.4", 0)}) {
    transport_.sent.clear();
    start(release).append(Slice::whole(record_at(layout_of(10), kVirtualStart - s(11))));
    loop_.run_for(s(1));
    ASSERT_EQ(sizes(), (std::vector<int64_t>{0})) << release;
    const Payload& payload = *transport_.sent[0].request.body.payload;
    EXPECT_EQ(payload.encode().value().size(), static_cast<size_t>(bytes)) << release;
    EXPECT_EQ(payload.wire_size(), bytes) << release;
  }
}

TEST_F(ShardAgeTest, TimestampsOfTheirOwnSplitTheBatch) {
  auto record = std::make_shared<Record>();
  record->layout = layout_of(10);
  for (int64_t i = 0; i < 10; ++i)
    record->timestamps.push_back((kVirtualStart + s(i % 2 == 0 ? -11 : 0)).unix_ms());
  start().append(Slice::whole(record));
  loop_.run_for(s(1));
  ASSERT_EQ(transport_.sent.size(), 1u) << "checked before the first attempt too";
  ASSERT_EQ(transport_.sent[0].slices().size(), 5u);
  for (size_t i = 0; i < 5; ++i) {
    const Slice& part = transport_.sent[0].slices()[i].slice;
    EXPECT_EQ(part.count, 1u);
    EXPECT_EQ(part.position(0), 2 * i + 1) << "in order";
  }
  EXPECT_EQ(observer_.samples(LossCause::kTooOld), 5u);
  ASSERT_EQ(observer_.acks.size(), 5u) << "only what was sent is acknowledged";
}

TEST_F(ShardAgeTest, EachRebuildCountsAgainWhatWasLeftOutBefore) {
  // As in Prometheus, whose filter goes over the whole batch each time; the losses are exact.
  transport_.answer = [](const FakeTransport::Sent&) { return FakeTransport::Answer{503}; };
  auto record = std::make_shared<Record>();
  record->layout = layout_of(10);
  for (int64_t i = 0; i < 10; ++i)
    record->timestamps.push_back((kVirtualStart + s(i < 4 ? -11 : i < 7 ? -7 : 0)).unix_ms());
  start().append(Slice::whole(record));
  // 4 at once; 3 more at the attempt at 3.8 s, when the 4 are counted again; the last 3 after ten
  // seconds, when all are.
  loop_.run_for(s(20));
  EXPECT_EQ(observer_.samples(LossCause::kTooOld), 10u);
  EXPECT_EQ(stats_.samples_too_old, 4 + 7 + 10);
}

TEST_F(ShardAgeTest, ARefusedRequestCostsWhatWasStillInIt) {
  transport_.answer = [](const FakeTransport::Sent&) { return FakeTransport::Answer{400}; };
  auto record = std::make_shared<Record>();
  record->layout = layout_of(10);
  for (int64_t i = 0; i < 10; ++i)
    record->timestamps.push_back((kVirtualStart + s(i < 4 ? -11 : 0)).unix_ms());
  start().append(Slice::whole(record));
  loop_.run_for(s(1));
  EXPECT_EQ(observer_.samples(LossCause::kTooOld), 4u);
  EXPECT_EQ(observer_.samples(LossCause::kRejected), 6u);
  EXPECT_EQ(stats_.samples_failed_total, 10) << "Prometheus counts the whole batch";
  EXPECT_EQ(stats_.samples_pending, 0);
}

TEST_F(ShardAgeTest, A20ReceiverThatIsSentNothingHasWrittenNothing) {
  config_.protobuf_message = kMessageV2;
  transport_.answer = [](const FakeTransport::Sent& sent) {
    FakeTransport::Answer answer;
    answer.written = std::to_string(sent.samples());
    return answer;
  };
  start().append(Slice::whole(record_at(layout_of(10), kVirtualStart - s(11))));
  loop_.run_for(s(1));
  EXPECT_EQ(sizes(), (std::vector<int64_t>{0}));
  EXPECT_EQ(observer_.samples(LossCause::kTooOld), 10u);
  EXPECT_EQ(observer_.samples(LossCause::kRejected), 0u);
  EXPECT_EQ(stats_.samples_failed_total, 10) << "10 sent, 0 written, says Prometheus";
}

}  // namespace
}  // namespace pushpull
