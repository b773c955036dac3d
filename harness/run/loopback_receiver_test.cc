// A central that is somebody else's: reached by its URL, left alone, and known by its answers only.
#include <nlohmann/json.hpp>

#include "harness/run/loopback_fixture.h"
#include "harness/run/metrics.h"
#include "harness/systems/child_process.h"

namespace pushpull {
namespace {

class LoopbackReceiverTest : public LoopbackRunTest {
 protected:
  // A receiver that no run has started.
  LoopbackReceiverTest() {
    port_ = free_ports(1)->front();
    std::ofstream(folder() + "/theirs.yml") << "global: {}\n";
    auto started = ChildProcess::start(
        {"theirs",
         {PUSHPULL_BINARY, "prometheus", "--config.file=" + folder() + "/theirs.yml",
          "--web.listen-address=127.0.0.1:" + std::to_string(port_),
          "--storage.tsdb.path=" + folder() + "/theirs.data", "--web.enable-remote-write-receiver"},
         folder() + "/theirs.log"});
    if (started) theirs_ = std::move(*started);
  }
  Scenario scenario_to(const std::string& path, std::string_view timeline) const {
    Scenario s = scenario(timeline);
    s.systems.central = SystemKind::kUrl;
    s.systems.receiver.url = "http://127.0.0.1:" + std::to_string(port_) + path;
    return s;
  }

  uint16_t port_ = 0;
  std::unique_ptr<ChildProcess> theirs_;
};

TEST_F(LoopbackReceiverTest, WhatItAcknowledgesIsDelivered) {
  ASSERT_NE(theirs_, nullptr);
  const Result<RunOutcome> outcome = play(scenario_to("/api/v1/write", kOutage), "push");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->invalid, std::vector<std::string>());
  const Account& window = outcome->accounts.window;
  EXPECT_EQ(window.scraped, kScraped);
  EXPECT_EQ(window.delivered, kScraped);
  EXPECT_EQ(window.lost_total() + window.pending, 0);
  EXPECT_EQ(outcome->instrument->recorder().freshness_lag().infinite(), 0u);
  EXPECT_GT(*outcome->instrument->recorder().freshness_lag().max(), Duration::seconds(1));
  // It counted no role of the run, and goes on.
  for (const RoleUsage& role : outcome->roles) EXPECT_NE(role.role, "central");
  EXPECT_TRUE(theirs_->running());

  std::vector<std::string> names;
  for (const Metric& metric : metrics_of(*outcome)) names.push_back(metric.name);
  const auto has = [&](const char* name) { return std::ranges::count(names, name) > 0; };
  for (const char* name : {"samples_delivered", "completeness", "samples_lost", "samples_pending",
                           "freshness_lag_p50", "wire_bytes_to_central", "cpu_seconds_leaf"})
    EXPECT_TRUE(has(name)) << name;
  for (const char* name :
       {"samples_duplicate", "samples_rejected", "samples_corrupted", "samples_unknown",
        "leaf_made_delivered", "cpu_seconds_central", "cpu_us_per_sample", "harness_share"})
    EXPECT_FALSE(has(name)) << name;
}

TEST_F(LoopbackReceiverTest, WhatItRefusesIsLostForThatReason) {
  ASSERT_NE(theirs_, nullptr);
  const Result<RunOutcome> outcome = play(scenario_to("/nowhere", ""), "push");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->invalid, std::vector<std::string>());
  const Account& window = outcome->accounts.window;
  EXPECT_EQ(window.scraped, kScraped);
  EXPECT_EQ(window.delivered, 0);
  EXPECT_EQ(window.lost_for(LossCause::kRejected) + window.pending, kScraped);
  EXPECT_GT(window.lost_for(LossCause::kRejected), 0);
}

}  // namespace
}  // namespace pushpull
