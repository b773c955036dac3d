#include "harness/remote_write/shard_controller.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pushpull {
namespace {

constexpr Instant kStart = Instant::from_unix_ms(1'767'225'600'000);
constexpr int64_t kTickSeconds = 10;

int64_t planned(int64_t current, const ShardRates& rates) {
  return plan_shards(rates, current, 1, 200).shards;
}
ReshardVerdict verdict(int64_t current, const ShardRates& rates, int64_t min = 1,
                       int64_t max = 200) {
  return plan_shards(rates, current, min, max).verdict;
}

// The table of Prometheus's own TestCalculateDesiredShardsDetail.
TEST(PlanShards, UpstreamVectors) {
  const struct {
    const char* name;
    int64_t current;
    ShardRates rates;  // in, out, dropped, send time, behind
    int64_t expected;
  } kVectors[] = {
      {"nothing in or out 1", 1, {0, 0, 0, 0, 0}, 1},
      {"nothing in or out 10", 10, {0, 0, 0, 0, 0}, 10},
      {"steady throughput", 1, {10, 10, 0, 1, 0}, 1},
      {"scale down", 10, {10, 10, 0, 5, 0}, 5},
      {"scale down constrained", 7, {10, 10, 0, 5, 0}, 7},
      {"scale up", 1, {10, 10, 0, 10, 0}, 10},
      {"scale up constrained", 8, {10, 10, 0, 10, 0}, 8},
      {"backlogged 20s", 2, {10, 10, 0, 2, 20}, 4},
      {"backlogged 90s", 4, {10, 10, 0, 4, 90}, 22},
      {"backlog reduced", 22, {10, 20, 0, 4, 10}, 3},
      {"backlog eliminated", 3, {10, 10, 0, 2, 0}, 2},
      {"slight slowdown", 1, {10, 10, 0, 1.2, 0}, 2},
      {"bigger slowdown", 1, {10, 10, 0, 1.4, 0}, 2},
      {"speed up", 2, {10, 10, 0, 1.2, 0}, 2},
      {"speed up more", 2, {10, 10, 0, 0.9, 0}, 1},
      {"marginal decision A", 3, {10, 10, 0, 2.01, 0}, 3},
      {"marginal decision B", 3, {10, 10, 0, 1.99, 0}, 2},
  };
  for (const auto& v : kVectors) EXPECT_EQ(planned(v.current, v.rates), v.expected) << v.name;
}

TEST(PlanShards, TheDeadBandHasItsEnds) {
  // 10 shards: 7 to 13 are near enough.
  EXPECT_EQ(verdict(10, {10, 10, 0, 6.9, 0}), ReshardVerdict::kWithinTolerance) << "rounded up: 7";
  EXPECT_EQ(planned(10, {10, 10, 0, 5.9, 0}), 6);
  EXPECT_EQ(verdict(10, {10, 10, 0, 13, 0}), ReshardVerdict::kWithinTolerance);
  EXPECT_EQ(planned(10, {10, 10, 0, 13.1, 0}), 14);
}

TEST(PlanShards, NoFewerShardsWhileMoreThanTenSecondsBehind) {
  EXPECT_EQ(planned(10, {10, 10, 0, 2, 10}), 3) << "ten seconds exactly are not more";
  EXPECT_EQ(verdict(10, {10, 10, 0, 2, 11}), ReshardVerdict::kBehind);
  EXPECT_EQ(planned(1, {10, 10, 0, 2, 11}), 4) << "more shards are welcome";
}

// A third of what comes in is dropped: only the rest is to be sent.
TEST(PlanShards, WhatIsDroppedNeedsNoShards) {
  EXPECT_DOUBLE_EQ(plan_shards({30, 20, 10, 4, 0}, 1, 1, 200).desired, 4);
  EXPECT_DOUBLE_EQ(plan_shards({30, 20, 0, 4, 0}, 1, 1, 200).desired, 6);
}

TEST(PlanShards, LimitsHold) {
  EXPECT_EQ(plan_shards({10, 10, 0, 60, 0}, 2, 1, 50).shards, 50);
  EXPECT_EQ(verdict(50, {10, 10, 0, 100, 0}, 1, 50), ReshardVerdict::kAtLimit);
  EXPECT_EQ(plan_shards({10, 10, 0, 1, 0}, 8, 4, 50).shards, 4);
  EXPECT_EQ(verdict(4, {10, 10, 0, 1, 0}, 4, 50), ReshardVerdict::kAtLimit);
  // A batch was finished without an answer, and nothing was ever sent: behind since 1970.
  const ShardPlan plan = plan_shards({1e9, 1, 0, 1e3, 1'767'225'600}, 1, 1, 200);
  EXPECT_EQ(plan.shards, 200);
  EXPECT_GT(plan.desired, 1e18);
}

// What releases before 3.12 take: above the upper limit that one holds, else the lower one.
TEST(PlanShards, ALowerLimitAboveTheUpperOne) {
  EXPECT_EQ(plan_shards({10, 10, 0, 60, 0}, 100, 100, 50).shards, 50);
  EXPECT_EQ(plan_shards({10, 10, 0, 20, 0}, 50, 100, 50).shards, 100);
}

// What happens each second for a tick's time.
struct Second {
  int64_t in = 0;
  int64_t out = 0;
  double send_time = 0;
  int64_t behind = 0;
};

class ShardControllerTest : public ::testing::Test {
 protected:
  void start(const char* release, QueueConfig config = {}) {
    controller_ = std::make_unique<ShardController>(config, *release_profile(release));
  }

  ReshardVerdict tick(const Second& second, bool resharding = false) {
    now_ += kShardUpdateInterval;
    progress_.samples_finished += second.out * kTickSeconds;
    progress_.send_time += Duration::from_seconds(second.send_time * kTickSeconds);
    progress_.highest_sent_timestamp_ms = now_.unix_ms() - second.behind * 1000;
    in_.add(second.in * kTickSeconds);
    in_.tick();
    return controller_->tick(progress_, {in_.per_second(), now_.unix_ms()}, resharding, now_);
  }

  // Four shards' work for one; finished as long ago as said, at the time of the tick.
  ReshardVerdict too_much(Duration finished_ago, bool resharding = false) {
    progress_.last_finished = now_ + kShardUpdateInterval - finished_ago;
    return tick({10, 10, 4, 0}, resharding);
  }

  std::unique_ptr<ShardController> controller_;
  SendProgress progress_;
  EwmaRate in_;
  Instant now_ = kStart;
};

TEST_F(ShardControllerTest, BeginsWithMinShardsAndWaitsForTheFirstBatch) {
  QueueConfig config;
  config.min_shards = 3;
  start("3.5", config);
  EXPECT_EQ(controller_->shards(), 3);
  EXPECT_EQ(controller_->desired(), 3);
  EXPECT_EQ(tick({10, 0, 0, 5}), ReshardVerdict::kNothingSent);
  EXPECT_EQ(controller_->desired(), 3);
}

TEST_F(ShardControllerTest, ReshardsAndKnowsTheNewNumberAtOnce) {
  start("3.5");
  EXPECT_EQ(too_much(Duration()), ReshardVerdict::kReshard);
  EXPECT_EQ(controller_->shards(), 4);
  EXPECT_EQ(controller_->desired(), 4);
  EXPECT_EQ(too_much(Duration()), ReshardVerdict::kWithinTolerance);
}

TEST_F(ShardControllerTest, RatesAreSmoothed) {
  start("3.5");
  progress_.last_finished = kStart + Duration::hours(1);
  tick({1000, 1000, 1, 0});
  tick({2000, 1000, 1, 0});
  // In: 1000, then a fifth of the way to 2000.
  EXPECT_DOUBLE_EQ(controller_->desired(), 1.2);
  tick({2000, 1000, 3, 0});
  // In: 1360. Send time: 1, then a fifth of the way to 3.
  EXPECT_DOUBLE_EQ(controller_->desired(), 1.36 * 1.4);
}

TEST_F(ShardControllerTest, NoReshardingUnlessABatchWasFinishedInTheLastTenSeconds) {
  for (const char* release : {"2.55", "3.5", "3.14"}) {
    start(release);
    EXPECT_EQ(too_much(Duration::seconds(11)), ReshardVerdict::kNoRecentSend) << release;
    EXPECT_EQ(controller_->shards(), 1);
    EXPECT_EQ(too_much(Duration::seconds(10)), ReshardVerdict::kReshard) << release;
  }
}

TEST_F(ShardControllerTest, BeforeTheThresholdIsTwiceTheDeadline) {
  QueueConfig config;
  config.batch_send_deadline = Duration::seconds(30);
  for (const char* release : {"2.42", "2.54"}) {
    start(release, config);
    EXPECT_EQ(too_much(Duration::seconds(61)), ReshardVerdict::kNoRecentSend) << release;
    EXPECT_EQ(too_much(Duration::seconds(60)), ReshardVerdict::kReshard) << release;
  }
  start("2.55", config);
  EXPECT_EQ(too_much(Duration::seconds(60)), ReshardVerdict::kNoRecentSend);
}

TEST_F(ShardControllerTest, TimesAreComparedInWholeSeconds) {
  now_ += Duration::milliseconds(200);
  start("3.5");
  EXPECT_EQ(too_much(Duration::milliseconds(10'201)), ReshardVerdict::kNoRecentSend)
      << "999 ms into the second before";
  EXPECT_EQ(too_much(Duration::milliseconds(10'199)), ReshardVerdict::kReshard)
      << "in the second of ten seconds ago, though more than ten seconds ago";
}

TEST_F(ShardControllerTest, RetriesDisableReshardingSince251) {
  const Instant next = now_ + kShardUpdateInterval;
  progress_.retrying_until = next + Duration::seconds(1);
  start("2.50");
  EXPECT_EQ(too_much(Duration()), ReshardVerdict::kReshard);
  now_ = kStart;
  start("2.51");
  EXPECT_EQ(too_much(Duration()), ReshardVerdict::kRetrying);
  EXPECT_EQ(controller_->shards(), 1);
  now_ = kStart;
  progress_.retrying_until = next + Duration::milliseconds(999);
  start("2.51");
  EXPECT_EQ(too_much(Duration()), ReshardVerdict::kReshard) << "over within this second";
}

TEST_F(ShardControllerTest, OneReshardingAtATime) {
  start("3.5");
  EXPECT_EQ(too_much(Duration(), true), ReshardVerdict::kResharding);
  EXPECT_EQ(controller_->shards(), 1);
  EXPECT_EQ(too_much(Duration()), ReshardVerdict::kReshard);
}

// Prometheus's own TestCalculateDesiredShards: two minutes in which nothing can be sent, then 100
// ms per request of 2000 samples. Shards never drop below what keeps up, never explode, and the
// backlog goes.
TEST_F(ShardControllerTest, CatchesUpAfterTwoMinutesOfNothing) {
  constexpr int64_t kInput = 50'000;
  constexpr int64_t kPerShard = 2000 * 10 * kTickSeconds;  // and tick
  QueueConfig config;
  config.max_shards = 200;
  start("3.5", config);
  int64_t pending = 0;
  for (int64_t t = 0; t < 900; t += kTickSeconds) {
    pending += kInput * kTickSeconds;
    const bool sends = t >= 120;
    const int64_t sent = sends ? std::min(controller_->shards() * kPerShard, pending) : 0;
    pending -= sent;
    if (sends) progress_.last_finished = now_ + kShardUpdateInterval;
    tick({kInput, sent / kTickSeconds, static_cast<double>(sends ? controller_->shards() : 0),
          pending / kInput});
    if (sends) {
      EXPECT_GE(controller_->shards(), kInput / 2000 / 10) << t;
      EXPECT_LE(controller_->shards(), 199) << t;
    } else {
      EXPECT_EQ(controller_->shards(), 1) << t;
    }
  }
  EXPECT_EQ(pending, 0);
}

}  // namespace
}  // namespace pushpull
