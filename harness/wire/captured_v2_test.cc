// Remote Write 2.0 bodies that a real Prometheus sent (testdata/README.md): ours must be the same
// bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "harness/wire/compression.h"
#include "harness/wire/v2_for_test.h"
#include "harness/workload/special_values.h"

namespace pushpull::wire {
namespace {

struct Body {
  explicit Body(const std::string& name) {
    std::ifstream file(WIRE_TESTDATA "/prometheus-3.5-v2-" + name + ".snappy", std::ios::binary);
    EXPECT_TRUE(file.is_open()) << name;
    block.assign(std::istreambuf_iterator<char>(file), {});
    message = snappy_uncompress(block, 1 << 20).value();
    series = series_of(decode_write_request_v2(message).value());
  }
  int64_t count(const auto& condition) const { return std::ranges::count_if(series, condition); }

  std::string block;
  std::string message;
  std::vector<SeriesV2> series;
};

bool is_stale(const SeriesV2& one) {
  return !one.samples.empty() && is_stale_nan(one.samples[0].value);
}

TEST(CapturedV2, SlicesEncodeToTheSameBytes) {
  const Body plain("plain");
  std::vector<TestSample> samples;
  for (const SeriesV2& one : plain.series) {
    ASSERT_EQ(one.samples.size(), 1u);
    samples.push_back({one.labels, one.samples[0].value, one.samples[0].timestamp_ms});
  }
  // 4 CPUs x 8 modes, 3 paths x (5 buckets, sum, count), 8 special, 20 pods, and what the server
  // adds: up and four more.
  EXPECT_EQ(samples.size(), 32u + 21 + 8 + 20 + 5);
  EXPECT_EQ(encoded_v2(samples), plain.message);
  EXPECT_EQ(snappy_compress(plain.message), plain.block);
}

TEST(CapturedV2, SeriesWithMetadataAndExemplarsEncodeToTheSameBytes) {
  for (const char* name : {"full", "stale"}) {
    SCOPED_TRACE(name);
    const Body body(name);
    EXPECT_EQ(encode_series_v2(body.series), body.message);
    EXPECT_EQ(snappy_compress(body.message), body.block);
  }
}

TEST(CapturedV2, HoldsWhatTheReadmeSays) {
  const Body full("full");
  // An exemplar is a series of its own, behind its sample.
  EXPECT_EQ(full.count([](const SeriesV2& one) { return one.exemplars.size() == 1; }), 15);
  EXPECT_EQ(full.count([](const SeriesV2& one) { return one.samples.size() == 1; }), 86);
  const auto cpu = std::ranges::find_if(full.series, [](const SeriesV2& one) {
    return one.labels.metric_name() == "node_cpu_seconds_total";
  });
  ASSERT_NE(cpu, full.series.end());
  EXPECT_EQ(cpu->metadata, (FamilyMetadata{1, "", "Seconds the CPUs spent in each mode.", ""}));
  EXPECT_EQ(full.count(is_stale), 0);
  EXPECT_EQ(Body("stale").count(is_stale), 20);
}

}  // namespace
}  // namespace pushpull::wire
