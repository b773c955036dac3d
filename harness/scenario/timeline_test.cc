#include "harness/scenario/timeline.h"

#include <gtest/gtest.h>

#include "harness/scenario/load.h"

namespace pushpull {
namespace {

// The faults stand in lines 7, 8 … of a measure phase of ten minutes.
std::string error_of(const std::vector<std::string>& faults) {
  std::string text =
      "version: 1\nname: base\nworkload: {}\nvariants: {push: {remote_write: {}}}\n"
      "phases: {measure: 10m}\ntimeline:\n";
  for (const std::string& fault : faults) text += "- {" + fault + "}\n";
  const Result<Scenario> scenario = load_scenario(text, "s.yaml");
  return scenario ? "" : scenario.error().message.substr(0, scenario.error().message.find('\n'));
}

TEST(Timeline, FaultsStayInTheMeasurePhase) {
  EXPECT_EQ(error_of({"name: a, at: 8m, for: 2m, fault: link_down"}), "");
  EXPECT_EQ(error_of({"name: a, at: 8m, for: 3m, fault: link_down"}),
            "s.yaml:7:26: error: timeline[0].for: ends after the measure phase of 10m");
  EXPECT_EQ(error_of({"name: a, at: 11m, fault: reset"}),
            "s.yaml:7:17: error: timeline[0].at: ends after the measure phase of 10m");
  EXPECT_EQ(error_of({"name: a, at: 290y, for: 290y, fault: link_down"}),
            "s.yaml:7:28: error: timeline[0].for: ends after the measure phase of 10m");
}

TEST(Timeline, NamesAreUnique) {
  EXPECT_EQ(error_of({"name: a, at: 1m, for: 2m, fault: link_down",
                      "name: a, at: 4m, for: 1m, fault: link_down"}),
            "s.yaml:8:10: error: timeline[1].name: 'a' is taken");
}

TEST(Timeline, FaultsOnOneKnobTakeTurns) {
  const std::string link_down = "name: a, at: 1m, for: 2m, fault: link_down";
  EXPECT_EQ(error_of({link_down, "name: b, at: 3m, for: 1m, fault: link_down"}), "");
  EXPECT_EQ(error_of({link_down, "name: b, at: 2m, for: 1m, fault: link_down"}),
            "s.yaml:8:17: error: timeline[1].at: overlaps 'a', a fault of the same kind");
  EXPECT_EQ(error_of({link_down, "name: b, at: 2m, for: 1m, fault: blackhole"}),
            "s.yaml:8:17: error: timeline[1].at: overlaps 'a', which decides too whether the link "
            "carries anything");
  EXPECT_EQ(error_of({"name: a, at: 1m, for: 2m, fault: central_down",
                      "name: b, at: 2m, fault: central_restart"}),
            "s.yaml:8:17: error: timeline[1].at: overlaps 'a', which is at the central's process "
            "too");
  EXPECT_EQ(error_of({"name: a, at: 1m, for: 2m, fault: pause, role: leaf",
                      "name: b, at: 2m, for: 1m, fault: leaf_restart"}),
            "s.yaml:8:17: error: timeline[1].at: overlaps 'a', which is at the leaves' processes "
            "too");
  EXPECT_EQ(
      error_of({"name: a, at: 1m, fault: leaf_restart", "name: b, at: 1m, fault: leaf_restart"}),
      "s.yaml:8:17: error: timeline[1].at: overlaps 'a', a fault of the same kind");
}

TEST(Timeline, FaultsOnDifferentKnobsMayMeet) {
  EXPECT_EQ(error_of({"name: a, at: 1m, for: 5m, fault: central_down",
                      "name: b, at: 2m, for: 1m, fault: link_down", "name: c, at: 2m, fault: reset",
                      "name: d, at: 2m, fault: reset",
                      "name: e, at: 2m, for: 1m, fault: pause, role: leaf",
                      "name: f, at: 2m, for: 1m, fault: latency, add: 1s",
                      "name: g, at: 2m, for: 1m, fault: bandwidth, limit: 1Mbit/s",
                      "name: h, at: 2m, for: 1m, fault: packet_loss, share: 1%",
                      "name: i, at: 2m, for: 1m, fault: slow_receiver, per_request: 1s"}),
            "");
}

TEST(Timeline, EachDirectionIsAKnobOfItsOwn) {
  const std::string there = "name: a, at: 1m, for: 2m, fault: latency, add: 1s, direction: ";
  const std::string back = "name: b, at: 1m, for: 2m, fault: latency, add: 1s, direction: ";
  EXPECT_EQ(error_of({there + "to_central", back + "to_leaf"}), "");
  EXPECT_NE(error_of({there + "to_central", back + "to_central"}), "");
  EXPECT_NE(error_of({there + "both", back + "to_leaf"}), "");
}

}  // namespace
}  // namespace pushpull
