// For tests of the loopback engine with mocks: a small world, and the same in virtual time.
#pragma once

#include <cmath>

#include "harness/run/process_fixture.h"
#include "harness/run/relabelled_for_test.h"
#include "harness/run/virtual_world.h"

namespace pushpull {

// 2 targets of 1000 series, every second.
inline constexpr std::string_view kLoopbackScenario = R"(
version: 1
name: test
description: A small world.
engine: loopback
seed: 7
workload: {leaves: 1, targets: 2, series: 2000, scrape_interval: 1s, scrape_timeout: 1s}
calibration: prometheus-3.5
variants:
  push: {remote_write: {queue_config: {max_samples_per_send: 500}}}
  lean: {remote_write: {write_relabel_configs: RULES}}
  pull: {federate: {scrape_interval: 500ms, scrape_timeout: 500ms}}
phases: {warmup: 2s, measure: 8s, drain: 6s}
)";
inline constexpr int64_t kScraped = 2000 * 8;
inline constexpr std::string_view kOutage =
    "timeline: [{name: outage, at: 2s, for: 2500ms, fault: link_down}]\n";
inline constexpr std::string_view kCentralDown =
    "timeline: [{name: restart, at: 2s, for: 2500ms, fault: central_down}]\n";

inline constexpr Duration kHalfSecond = Duration::milliseconds(500);

// How far two times are apart on a clock of half a second.
inline Duration apart(Instant a, Instant b) {
  const Duration turn = Duration::nanoseconds(std::abs((a - b).ns() % kHalfSecond.ns()));
  return std::min(turn, kHalfSecond - turn);
}

class LoopbackRunTest : public ProcessTest {
 protected:
  static std::string scenario_text(std::string_view timeline = "") {
    std::string text = std::string(kLoopbackScenario) + std::string(timeline);
    return text.replace(text.find("RULES"), 5, kDisguise);
  }
  static Scenario scenario(std::string_view timeline = "") {
    return load_scenario(scenario_text(timeline), "test.yaml").value();
  }

  RunOutcome play_virtual(const Scenario& scenario, const std::string& variant) const {
    const std::string shipped = std::string(PUSHPULL_SOURCE_DIR) + "/scenarios";
    const Calibration calibration =
        find_calibration(scenario.calibration, shipped + "/x.yaml", shipped).value();
    const Workload workload = Workload::make(scenario.workload_spec()).value();
    const auto it =
        std::ranges::find_if(scenario.variants, [&](const auto& v) { return v.first == variant; });
    return VirtualWorld(scenario, it->second, workload, calibration).run([](Duration, Duration) {
      return true;
    });
  }

  // Plays with fetches well apart from scrapes, and both from the edges of the outage. Ports decide
  // the phases, and are as the system gives them: runs that begin otherwise are given up before
  // warm-up ends.
  Result<RunOutcome> play_apart(const Scenario& scenario, const std::string& variant) {
    constexpr int kTries = 20;
    for (int i = 0; i < kTries; ++i) {
      bool suitable = true;
      bool judged = false;
      Result<RunOutcome> outcome = play(scenario, variant, [&](Duration done, Duration /*total*/) {
        if (judged || done < scenario.phases.warmup * 3 / 4) return suitable;
        judged = true;
        return suitable = phases_are_apart(variant == "pull");
      });
      if (!outcome || suitable) return outcome;
    }
    return Error{"no suitable phases in " + std::to_string(kTries) + " tries"};
  }

 private:
  bool phases_are_apart(bool pull) const {
    // Warm-up and outage begin and end on whole half seconds.
    std::vector<Instant> fixed = {Instant()};
    const auto fetches = entries<journal::Federated>("central");
    if (pull && fetches.empty()) return false;
    if (pull) fixed.push_back(fetches.back().intended);
    std::vector<Instant> others = {fixed.back()};
    for (const auto& answer : entries<journal::Answered>("targets-0")) {
      // The first scrape of all is late: the server is just starting.
      if (answer.ordinal > 0) others.push_back(answer.arrival);
    }
    constexpr Duration kApart = Duration::milliseconds(50);
    return std::ranges::all_of(fixed, [&](Instant a) {
      return std::ranges::all_of(others,
                                 [&](Instant b) { return a == b || apart(a, b) >= kApart; });
    });
  }
};

}  // namespace pushpull
