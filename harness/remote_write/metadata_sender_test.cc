#include "harness/remote_write/metadata_sender.h"

#include <gtest/gtest.h>

#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

class FakeFamilies : public MetadataSource {
 public:
  std::vector<wire::FamilyMetadata> metadata() override {
    ++asked;
    std::vector<wire::FamilyMetadata> out;
    for (int i = 0; i < families; ++i) out.push_back({1, "f" + std::to_string(i), "Help.", ""});
    return out;
  }
  int families = 3;
  int asked = 0;
};

class MetadataSenderTest : public ::testing::Test {
 protected:
  MetadataSenderTest() { config_.url = "http://central:9090/api/v1/write"; }

  MetadataSender& start() {
    client_.emplace(transport_, labels_, nullptr, config_, *release_profile("3.5"));
    sender_.emplace(loop_, *client_, families_, stats_, config_);
    return *sender_;
  }
  void answer_with(std::optional<int> status, Duration latency = ms(4)) {
    transport_.answer = [=](const FakeTransport::Sent&) {
      return FakeTransport::Answer{status, latency};
    };
  }
  Duration at(size_t request) const { return transport_.sent.at(request).at - kVirtualStart; }
  const WritePayload& payload(size_t request) const {
    return dynamic_cast<const WritePayload&>(*transport_.sent.at(request).request.body.payload);
  }

  VirtualLoop loop_;
  FakeTransport transport_{loop_};
  NoLabels labels_;
  FakeFamilies families_;
  QueueStats stats_;
  RemoteWriteConfig config_;
  std::optional<WriteClient> client_;
  std::optional<MetadataSender> sender_;
};

TEST_F(MetadataSenderTest, SendsOneIntervalAfterItsStartAndThenEveryInterval) {
  start();
  loop_.run_for(s(200));
  ASSERT_EQ(transport_.sent.size(), 3u);
  EXPECT_EQ(at(0), s(60));
  EXPECT_EQ(at(1), s(120));
  EXPECT_EQ(at(2), s(180));
  EXPECT_EQ(payload(0).samples(), 0);
  EXPECT_EQ(payload(0).metadata().size(), 3u);
  EXPECT_EQ(transport_.sent[0].request.headers.get("X-Prometheus-Remote-Write-Version"), "0.1.0");
  EXPECT_EQ(stats_.metadata_total, 9);
  EXPECT_EQ(stats_.metadata_bytes_total, 3 * payload(0).wire_size());
  EXPECT_EQ(stats_.bytes_total, 0) << "of data only";
  EXPECT_EQ(stats_.samples_total, 0);
  EXPECT_EQ(stats_.sent_batch_duration.count(), 3);
  EXPECT_EQ(stats_.requests_by_status[204], 3);
}

TEST_F(MetadataSenderTest, SendsOneRequestAfterTheOther) {
  families_.families = 5;
  config_.metadata_config.max_samples_per_send = 2;
  start();
  loop_.run_for(s(61));
  ASSERT_EQ(transport_.sent.size(), 3u);
  EXPECT_EQ(payload(0).metadata().size(), 2u);
  EXPECT_EQ(payload(1).metadata().size(), 2u);
  EXPECT_EQ(payload(2).metadata().size(), 1u);
  EXPECT_EQ(payload(2).metadata()[0].family, "f4");
  EXPECT_EQ(at(1), s(60) + ms(4)) << "when the first was answered";
  EXPECT_EQ(at(2), s(60) + ms(8));
}

TEST_F(MetadataSenderTest, SendsNothingWhereNothingIsKnown) {
  families_.families = 0;
  start();
  loop_.run_for(s(130));
  EXPECT_EQ(families_.asked, 2);
  EXPECT_TRUE(transport_.sent.empty());
}

TEST_F(MetadataSenderTest, RepeatsWhatFailsAsBatchesAreRepeated) {
  int requests = 0;
  transport_.answer = [&](const FakeTransport::Sent&) {
    return FakeTransport::Answer{++requests <= 2 ? 503 : 204};
  };
  start();
  loop_.run_for(s(61));
  ASSERT_EQ(transport_.sent.size(), 3u);
  EXPECT_EQ(at(1), s(60) + ms(34));
  EXPECT_EQ(at(2), s(60) + ms(98));
  EXPECT_EQ(transport_.sent[2].request.headers.get("Retry-Attempt"), "2");
  EXPECT_EQ(stats_.metadata_retried_total, 6);
  EXPECT_EQ(stats_.metadata_total, 3) << "where it succeeds only";
  // Twice the pause of 60 ms after the answer at 60.038 s.
  EXPECT_EQ(stats_.progress.retrying_until, kVirtualStart + s(60) + ms(38 + 120));
}

TEST_F(MetadataSenderTest, WhatIsRefusedIsNotSentAgain) {
  families_.families = 5;
  config_.metadata_config.max_samples_per_send = 3;
  int requests = 0;
  transport_.answer = [&](const FakeTransport::Sent&) {
    return FakeTransport::Answer{++requests == 1 ? 400 : 204};
  };
  start();
  loop_.run_for(s(61));
  EXPECT_EQ(transport_.sent.size(), 2u);
  EXPECT_EQ(stats_.metadata_failed_total, 3);
  EXPECT_EQ(stats_.metadata_total, 2);
}

TEST_F(MetadataSenderTest, ARoundThatTakesTooLongMakesOneWait) {
  answer_with(204, s(150));
  start();
  loop_.run_for(s(215));
  // Begun at 60 s, answered at 210 s; the rounds of 120 and 180 s are one, sent at once.
  ASSERT_EQ(transport_.sent.size(), 2u);
  EXPECT_EQ(at(1), s(210));
  EXPECT_EQ(families_.asked, 2);
}

TEST_F(MetadataSenderTest, StopEndsAtOnceWhereNothingIsUnderWay) {
  bool done = false;
  MetadataSender& sender = start();
  loop_.run_for(s(90));
  sender.stop(s(60), [&] { done = true; });
  EXPECT_TRUE(done);
  loop_.run_for(s(100));
  EXPECT_EQ(transport_.sent.size(), 1u);
}

TEST_F(MetadataSenderTest, StopWaitsForWhatIsUnderWayUntilTheDeadline) {
  families_.families = 5;
  config_.metadata_config.max_samples_per_send = 3;
  answer_with(204, s(2));
  MetadataSender& sender = start();
  loop_.run_for(s(61));
  bool done = false;
  sender.stop(s(60), [&] { done = true; });
  loop_.run_for(s(2));
  EXPECT_FALSE(done) << "the second request is under way";
  loop_.run_for(s(1));
  EXPECT_TRUE(done);
  EXPECT_EQ(stats_.metadata_total, 5);

  answer_with(503);
  done = false;
  MetadataSender& stuck = start();
  loop_.run_for(s(61));
  stuck.stop(s(10), [&] { done = true; });
  loop_.run_for(ms(9'999));
  EXPECT_FALSE(done);
  loop_.run_for(ms(1));
  EXPECT_TRUE(done);
  EXPECT_EQ(stats_.metadata_failed_total, 5);
  const size_t sent = transport_.sent.size();
  loop_.run_for(s(60));
  EXPECT_EQ(transport_.sent.size(), sent);
}

TEST_F(MetadataSenderTest, TheBodyIsAWriteRequestOfMetadata) {
  families_.families = 1;
  start();
  loop_.run_for(s(61));
  const std::string body = payload(0).encode().value();
  // snappy block: 15 bytes, all literal (tag 14 << 2): field 3 of 13 bytes: type 1, name, help.
  EXPECT_EQ(body, std::string("\x0f\x38\x1a\x0d\x08\x01\x12\x02"
                              "f0"
                              "\x22\x05Help.",
                              17));
  EXPECT_EQ(payload(0).wire_size(), 17);
}

}  // namespace
}  // namespace pushpull
