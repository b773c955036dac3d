#include "harness/run/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pushpull {
namespace {

const Instant kBegin = Instant::from_unix_ms(1'767'225'600'000);

// One target of ten series, scraped twice inside the window; the first scrape arrives after 2 s,
// the second never.
RunOutcome outcome() {
  RunOutcome out;
  out.begin = kBegin;
  out.window = {kBegin, kBegin + Duration::seconds(20)};
  out.end = kBegin + Duration::seconds(30);
  out.instrument = std::make_unique<Instrument>(1, out.window, out.begin);
  for (uint64_t k = 0; k < 2; ++k) {
    const Instant t = kBegin + Duration::seconds(10) * static_cast<int64_t>(k);
    out.instrument->scraped(0, k, 10, t, t);
  }
  out.instrument->received(0, 0, PositionRun{0, 1, 10}, Fate::kStored,
                           kBegin + Duration::seconds(2));
  out.instrument->dropped(0, 1, PositionRun{0, 1, 10}, LossCause::kRejected);
  out.instrument->recorder().wire_bytes(kBegin, 300, 40);
  out.instrument->recorder().count("requests", 3);
  out.roles = {{"leaf-0", "mock", Duration::milliseconds(20), std::nullopt},
               {"leaf-1", "mock", Duration::milliseconds(30), std::nullopt},
               {"central", "mock", Duration::milliseconds(50), std::nullopt}};
  out.time_kind = MetricKind::kSimulated;
  out.accounts = out.instrument->finish(out.end, nullptr);
  return out;
}

const Metric& find(const std::vector<Metric>& metrics, const std::string& name) {
  const auto it = std::ranges::find_if(metrics, [&](const Metric& m) { return m.name == name; });
  EXPECT_NE(it, metrics.end()) << name;
  return *it;
}

TEST(MetricsOf, CountsDividesAndKeepsInfinity) {
  const std::vector<Metric> metrics = metrics_of(outcome());
  EXPECT_EQ(find(metrics, "samples_scraped").value, 20);
  EXPECT_EQ(find(metrics, "samples_lost").value, 10);
  EXPECT_EQ(find(metrics, "completeness").value, 0.5);
  EXPECT_NEAR(*find(metrics, "freshness_lag_p50").value, 2.0, 0.02);
  EXPECT_EQ(find(metrics, "freshness_lag_p99").value, std::nullopt);  // never arrived
  EXPECT_EQ(find(metrics, "wire_bytes_per_sample").value, 34.0);
  EXPECT_EQ(find(metrics, "requests").value, 3);
}

TEST(MetricsOf, WhatCannotBeObservedIsLeftOut) {
  RunOutcome hidden = outcome();
  hidden.not_observable = {{"samples_duplicate", "…"}, {"freshness_lag", "…"}};
  std::vector<std::string> gone;
  const std::vector<Metric> left = metrics_of(hidden);
  for (const Metric& metric : metrics_of(outcome())) {
    if (std::ranges::find(left, metric.name, &Metric::name) == left.end())
      gone.push_back(metric.name);
  }
  EXPECT_EQ(gone,
            (std::vector<std::string>{"samples_duplicate", "freshness_lag_p50", "freshness_lag_p90",
                                      "freshness_lag_p99", "freshness_lag_max"}));
}

TEST(MetricsOf, AddsUpRolesOfOneKind) {
  const std::vector<Metric> metrics = metrics_of(outcome());
  EXPECT_DOUBLE_EQ(*find(metrics, "cpu_seconds_leaf").value, 0.05);
  EXPECT_DOUBLE_EQ(*find(metrics, "cpu_us_per_sample").value, 0.1 * 1e6 / 10);
  EXPECT_EQ(find(metrics, "cpu_seconds_leaf").kind, MetricKind::kSimulated);
}

}  // namespace
}  // namespace pushpull
