#include "harness/run/fault_player.h"

#include <gtest/gtest.h>

#include "harness/base/units.h"
#include "harness/loop/virtual_loop.h"
#include "harness/scenario/load.h"

namespace pushpull {
namespace {

constexpr Duration kSecond = Duration::seconds(1);
constexpr Instant kEnd = Instant() + kSecond * 120;

std::string name_of(ServerRole role) { return role == ServerRole::kLeaf ? "leaves" : "central"; }

// An engine that writes down what it is told, and whose processes take their time to end.
class NotingPlayer : public FaultPlayer {
 public:
  NotingPlayer(VirtualLoop& loop, const Variant& variant, Duration flush)
      : FaultPlayer(variant), loop_(loop), flush_(flush) {}
  const std::vector<std::string>& told() const { return told_; }

 private:
  void set_link(LinkState /*state*/) override { note("link"); }
  void reset_link() override { note("reset"); }
  void disturb_link(Direction /*direction*/, const Disturbance& /*what*/) override {
    note("disturb");
  }
  void answer_at_link(const std::optional<LinkAnswer>& /*answer*/) override { note("answer"); }
  void slow_central(const Slowness& slowness) override {
    note("slow " + format_duration(slowness.per_request));
  }
  void set_targets_down(double /*share*/) override { note("targets"); }
  void stop(ServerRole role) override {
    note("stop " + name_of(role));
    ended_at_ = loop_.now() + flush_;
  }
  void start(ServerRole role, const std::string& fault) override {
    loop_.schedule_at(std::max(loop_.now(), ended_at_), [this, role, fault = std::string(fault)] {
      note("start " + name_of(role));
      began(role, fault);
    });
  }
  void pause(ServerRole role) override { note("pause " + name_of(role)); }
  void resume(ServerRole role) override { note("resume " + name_of(role)); }

  void note(const std::string& what) {
    told_.push_back(format_duration(loop_.now() - Instant()) + " " + what);
  }

  VirtualLoop& loop_;
  const Duration flush_;
  Instant ended_at_;
  std::vector<std::string> told_;
};

class FaultPlayerTest : public testing::Test {
 protected:
  // Plays them until kEnd; a process takes `flush` to end.
  void play(const std::string& faults, Duration flush) {
    scenario_ = load_scenario(
                    "version: 1\nname: base\nworkload: {}\n"
                    "variants: {push: {remote_write: {}}}\n"
                    "phases: {measure: 10m}\ntimeline: [" +
                        faults + "]\n",
                    "s.yaml")
                    .value();
    player_.emplace(loop_, scenario_.variants[0].second, flush);
    player_->schedule(loop_, scenario_.timeline, Instant());
    loop_.run_until(kEnd);
  }
  using Span = std::pair<int64_t, int64_t>;  // from and to, in seconds
  Span span(size_t fault) const {
    const FaultSpan found = player_->spans(kEnd).at(fault);
    return {(found.from - Instant()) / kSecond, (found.to - Instant()) / kSecond};
  }
  // What the engine was told, each with its time.
  const std::vector<std::string>& told() const { return player_->told(); }

  VirtualLoop loop_{Instant()};
  Scenario scenario_;
  std::optional<NotingPlayer> player_;
};

TEST_F(FaultPlayerTest, ARestartEndsWhenItsProcessHasBegun) {
  play("{name: a, at: 10s, for: 5s, fault: leaf_restart}", kSecond * 30);
  EXPECT_EQ(span(0), (Span{10, 40}));
}

TEST_F(FaultPlayerTest, WhatHasNotEndedEndsWithTheRun) {
  play("{name: a, at: 10s, for: 3m, fault: link_down}, {name: b, at: 20s, fault: central_restart}",
       kSecond * 600);
  EXPECT_EQ(span(0), (Span{10, 120}));
  EXPECT_EQ(span(1), (Span{20, 120}));
}

// A machine that is slow is so for whatever process runs on it.
TEST_F(FaultPlayerTest, ANewCentralIsAsSlowAsTheOldOne) {
  play(
      "{name: slow, at: 10s, for: 50s, fault: slow_receiver, per_request: 2s}, "
      "{name: restart, at: 20s, fault: central_restart}",
      kSecond * 5);
  EXPECT_EQ(told(), (std::vector<std::string>{"10s slow 2s", "20s stop central",
                                              "25s start central", "25s slow 2s", "1m slow 0s"}));
}

TEST_F(FaultPlayerTest, WhatEndedMeanwhileIsNotToldToTheNewProcess) {
  play(
      "{name: slow, at: 10s, for: 12s, fault: slow_receiver, per_request: 2s}, "
      "{name: restart, at: 20s, fault: central_restart}",
      kSecond * 5);
  EXPECT_EQ(told(), (std::vector<std::string>{"10s slow 2s", "20s stop central", "22s slow 0s",
                                              "25s start central"}));
}

TEST_F(FaultPlayerTest, ALeafThatBeginsDoesNotConcernTheCentral) {
  play(
      "{name: slow, at: 10s, for: 50s, fault: slow_receiver, per_request: 2s}, "
      "{name: restart, at: 20s, fault: leaf_restart}",
      kSecond * 5);
  EXPECT_EQ(told(), (std::vector<std::string>{"10s slow 2s", "20s stop leaves", "25s start leaves",
                                              "1m slow 0s"}));
}

// Planned one after the other; the first takes longer.
TEST_F(FaultPlayerTest, AProcessThatBeginsAmidAPauseStandsStill) {
  play(
      "{name: restart, at: 10s, for: 1s, fault: leaf_restart}, "
      "{name: pause, at: 20s, for: 1m, fault: pause, role: leaf}",
      kSecond * 30);
  EXPECT_EQ(told(),
            (std::vector<std::string>{"10s stop leaves", "20s pause leaves", "40s start leaves",
                                      "40s pause leaves", "1m20s resume leaves"}));
}

}  // namespace
}  // namespace pushpull
