#include "harness/scenario/fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/scenario/load.h"

namespace pushpull {
namespace {

Result<Scenario> load(const std::string& fault, const std::string& more = "") {
  return load_scenario(
      "version: 1\nname: base\nworkload: {}\nvariants: {push: {remote_write: {}}}\n" + more +
          "timeline:\n- {name: a, at: 1m, " + fault + "}\n",
      "s.yaml");
}
Fault fault(const std::string& text) { return load(text).value().timeline.at(0); }
std::string error_of(const std::string& text, const std::string& more = "") {
  const Result<Scenario> scenario = load(text, more);
  return scenario ? "" : scenario.error().message.substr(0, scenario.error().message.find('\n'));
}

TEST(Fault, HasParametersOfItsKind) {
  const Fault latency = fault("for: 1m, fault: latency, add: 40ms, direction: to_central");
  EXPECT_EQ(latency.kind, FaultKind::kLatency);
  EXPECT_EQ(latency.add, Duration::milliseconds(40));
  EXPECT_EQ(latency.jitter, Duration());
  EXPECT_EQ(latency.heading, Heading::kToCentral);
  const Fault status = fault("for: 1m, fault: http_status, status: 429, retry_after: 5s");
  EXPECT_EQ(status.status, 429);
  EXPECT_EQ(status.share, 1.0);
  EXPECT_EQ(status.retry_after, Duration::seconds(5));
  EXPECT_EQ(fault("for: 1m, fault: bandwidth, limit: 1Mbit/s").limit, 1'000'000);
  EXPECT_EQ(fault("for: 1m, fault: packet_loss, share: 12.5%").share, 0.125);
  EXPECT_EQ(fault("for: 1m, fault: target_down, share: 20%").share, 0.2);
  EXPECT_EQ(fault("for: 1m, fault: slow_receiver, per_sample: 10us").per_sample,
            Duration::microseconds(10));
  EXPECT_EQ(fault("for: 1m, fault: pause, role: central").role, ServerRole::kCentral);
}

TEST(Fault, OnlyRestartsAndResetsNeedNoDuration) {
  EXPECT_EQ(fault("fault: reset").duration, Duration());
  EXPECT_EQ(fault("fault: central_restart").duration, Duration());
  EXPECT_EQ(fault("fault: leaf_restart, for: 30s").duration, Duration::seconds(30));
  EXPECT_THAT(error_of("fault: link_down"), testing::HasSubstr("for"));
  EXPECT_EQ(error_of("fault: link_down, for: 0s"),
            "s.yaml:6:44: error: timeline[0].for: '0s' is below the minimum of 1ns");
}

TEST(Fault, KeysOfOtherKindsAreRefusedWithAdvice) {
  EXPECT_EQ(error_of("for: 1m, fault: link_down, status: 503"),
            "s.yaml:6:48: error: timeline[0].status: a link_down has no such key; those that have: "
            "http_status");
  EXPECT_EQ(error_of("for: 1m, fault: blackhole, share: 3%"),
            "s.yaml:6:48: error: timeline[0].share: a blackhole has no such key; those that have: "
            "packet_loss, http_status, target_down");
  EXPECT_THAT(error_of("fault: reset, for: 1s"), testing::HasSubstr("a reset has no such key"));
}

TEST(Fault, KindsThatNoEngineHasAreRefusedWithTheReason) {
  EXPECT_EQ(
      error_of("for: 1m, fault: disk_full, share: 3%"),
      "s.yaml:6:37: error: timeline[0].fault: 'disk_full' is not one of 'link_down', "
      "'blackhole', 'reset', 'latency', 'bandwidth', 'packet_loss', 'http_status', "
      "'central_down', 'central_restart', 'leaf_restart', 'slow_receiver', 'target_down', "
      "'pause'; faults of disks and clocks (disk_full, clock_step) are refused: a run neither "
      "owns the disk and the clock of a real server, nor do mocks model theirs");
}

TEST(Fault, FiguresMustMakeSense) {
  EXPECT_THAT(error_of("for: 1m, fault: latency"), testing::HasSubstr("add"));
  EXPECT_THAT(error_of("for: 1m, fault: latency, add: 40"), testing::HasSubstr("needs a unit"));
  EXPECT_THAT(error_of("for: 1m, fault: bandwidth, limit: unlimited"), testing::HasSubstr("limit"));
  EXPECT_THAT(error_of("for: 1m, fault: packet_loss, share: 60%"),
              testing::HasSubstr("use 'fault: blackhole'"));
  EXPECT_THAT(error_of("for: 1m, fault: target_down, share: 0%"),
              testing::HasSubstr("changes nothing"));
  EXPECT_THAT(error_of("for: 1m, fault: http_status, status: 200"), testing::HasSubstr("400"));
  EXPECT_THAT(error_of("for: 1m, fault: http_status, status: 429, retry_after: 500ms"),
              testing::HasSubstr("whole seconds"));
  EXPECT_THAT(error_of("for: 1m, fault: slow_receiver"), testing::HasSubstr("slow by how much?"));
  EXPECT_THAT(error_of("for: 1m, fault: pause"), testing::HasSubstr("role"));
}

TEST(Fault, IsExpandedWithItsOwnKeysOnly) {
  const nlohmann::ordered_json json =
      expanded(load("for: 1m, fault: packet_loss, share: 12.5%").value())["timeline"][0];
  EXPECT_EQ(json.dump(),
            R"({"name":"a","at":"1m","fault":"packet_loss","for":"1m","direction":"both",)"
            R"("share":"12.5%"})");
  // A restart says so even where it takes no time; it reads back as it was.
  EXPECT_EQ(expanded(load("fault: central_restart").value())["timeline"][0]["for"], "0s");
  EXPECT_EQ(fault("fault: central_restart, for: 0s").duration, Duration());
}

}  // namespace
}  // namespace pushpull
