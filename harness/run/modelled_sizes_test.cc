// Where bodies are too many to encode them all, a model stands in: results must not show it.
#include <map>

#include "harness/run/metrics.h"
#include "harness/run/virtual_fixture.h"

namespace pushpull {
namespace {

constexpr std::string_view kScenario = R"(
version: 1
name: test
description: Few samples, which are encoded, or many, which are not.
engine: virtual
seed: 42
workload: {leaves: 1, targets: 20, series: 20k, scrape_interval: 15s, labels: kubernetes}
links:
  wan: {rtt: 80ms, bandwidth: 200Mbit/s}
link: wan
calibration: prometheus-3.5
variants:
  small: {remote_write: {queue_config: {max_samples_per_send: 500}}}
  default: {remote_write: {}}
  large: {remote_write: {queue_config: {max_samples_per_send: 10000, capacity: 50000}}}
  shards: {remote_write: {queue_config: {min_shards: 4, max_samples_per_send: 1000}}}
  v2: {remote_write: {protobuf_message: io.prometheus.write.v2.Request}}
  plain: {federate: {scrape_interval: 15s, enable_compression: false}}
phases: {warmup: 1m, measure: 5m, drain: 1m}
)";

class ModelledSizesTest : public VirtualTest,
                          public testing::WithParamInterface<std::tuple<const char*, const char*>> {
 protected:
  // Of `variant` with so many targets, where `measure` is that long.
  Metric bytes_per_sample(const std::string& measure) {
    const auto& [variant, targets] = GetParam();
    load(std::string(kScenario),
         {"phases.measure=" + measure, std::string("workload.targets=") + targets});
    for (const Metric& metric : metrics_of(play(variant))) {
      if (metric.name == "wire_bytes_per_sample") return metric;
    }
    return {};
  }
};

TEST_P(ModelledSizesTest, AreThoseOfEncodedBodies) {
  const Metric encoded = bytes_per_sample("35m");
  const Metric modelled = bytes_per_sample("40m");
  ASSERT_EQ(encoded.kind, MetricKind::kExact);
  ASSERT_EQ(modelled.kind, MetricKind::kModel);
  EXPECT_NEAR(*modelled.value / *encoded.value, 1, 0.02);
}

using testing::Combine;
using testing::Values;

INSTANTIATE_TEST_SUITE_P(TargetsOf1000, ModelledSizesTest,
                         Combine(Values("small", "default", "large", "shards", "v2", "plain"),
                                 Values("20")));
// A third of what is sent is made by the leaf.
INSTANTIATE_TEST_SUITE_P(TargetsOf10, ModelledSizesTest,
                         Combine(Values("default", "v2"), Values("2000")));

}  // namespace
}  // namespace pushpull
