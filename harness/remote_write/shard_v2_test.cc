// What a shard counts from the answers of a Remote Write 2.0 receiver.
#include <gtest/gtest.h>

#include "harness/remote_write/shard.h"
#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

class ShardV2Test : public ::testing::Test {
 protected:
  ShardV2Test() {
    config_.url = "http://central:9090/api/v1/write";
    config_.protobuf_message = kMessageV2;
    client_.emplace(
        transport_, labels_, [](int64_t n) { return n * 10; }, config_, *release_profile("3.5"));
    shard_ = std::make_unique<Shard>(loop_, *client_, observer_, stats_, config_.queue_config);
  }
  void send_2000(int status, const std::string& written) {
    transport_.answer = [=](const FakeTransport::Sent&) {
      return FakeTransport::Answer{status, ms(4), "", written};
    };
    shard_->append(Slice::whole(record_at(layout_of(2000), loop_.now())));
    loop_.run_for(ms(10));
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

TEST_F(ShardV2Test, AllWrittenIsNoLoss) {
  send_2000(204, "2000");
  EXPECT_EQ(stats_.samples_failed_total, 0);
  EXPECT_EQ(stats_.samples_pending, 0);
  EXPECT_EQ(observer_.acks.size(), 1u);
}

TEST_F(ShardV2Test, ASuccessThatWroteLessFailsTheDifference) {
  send_2000(204, "1990");
  EXPECT_EQ(stats_.samples_failed_total, 10);
  EXPECT_EQ(stats_.samples_pending, 0);
}

TEST_F(ShardV2Test, ARefusalFailsWhatWasNotWritten) {
  send_2000(400, "1500");
  EXPECT_EQ(stats_.samples_failed_total, 500);
  EXPECT_EQ(observer_.samples(LossCause::kRejected), 2000u);
}

TEST_F(ShardV2Test, ASuccessThatWroteNothingLosesTheBatch) {
  send_2000(204, "");
  EXPECT_EQ(stats_.samples_failed_total, 2000);
  EXPECT_EQ(observer_.samples(LossCause::kRejected), 2000u);
  EXPECT_EQ(transport_.sent.size(), 1u) << "415 and its like are never retried";
}

}  // namespace
}  // namespace pushpull
