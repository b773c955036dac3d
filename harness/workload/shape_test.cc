#include "harness/workload/shape.h"

#include <gtest/gtest.h>

#include "harness/workload/small_shape_for_test.h"

namespace pushpull {
namespace {

constexpr uint64_t kSeed = 42;

Churn still(const Shape& shape) { return Churn({}, kSeed, shape.size()); }

std::string first_lines(const std::string& text, int lines) {
  size_t end = 0;
  while (lines-- > 0) end = text.find('\n', end) + 1;
  return text.substr(0, end);
}

TEST(Shape, PositionsRunFamilyByFamilyAndRowByRow) {
  const Shape shape = small_shape();
  const SlotTexts slots(shape.slots(), kSeed, 0);
  EXPECT_EQ(shape.size(), 1u + 6 + 2 + 28);
  EXPECT_EQ(shape.labels(1, slots).to_string(), R"(cpu_total{cpu="0",mode="idle"})");
  EXPECT_EQ(shape.labels(6, slots).to_string(), R"(cpu_total{cpu="1",mode="nice"})");
  EXPECT_EQ(shape.labels(9, slots).to_string(), R"(latency_seconds_bucket{le="0.005",route="/a"})");
  EXPECT_EQ(shape.labels(20, slots).to_string(), R"(latency_seconds_bucket{le="+Inf",route="/a"})");
  EXPECT_EQ(shape.labels(21, slots).to_string(), R"(latency_seconds_sum{route="/a"})");
  EXPECT_EQ(shape.labels(36, slots).to_string(), R"(latency_seconds_count{route="/b"})");
}

TEST(Shape, SlotsStandInLabelsAndTargetLabels) {
  const Shape shape = small_shape();
  const SlotTexts slots(shape.slots(), kSeed, 3);
  EXPECT_EQ(shape.target_labels(slots), Labels({{"job", "bench"}, {"instance", "10.42.0.3:1"}}));
  EXPECT_EQ(shape.labels(7, slots).get("pod"), slots[1]);
  EXPECT_EQ(shape.labels(8, slots).get("uid"), slots[4]);
}

TEST(Shape, OneValueAtATimeOrAllAtOnce) {
  const Shape shape = small_shape();
  std::vector<double> values(shape.size());
  for (const uint64_t ordinal : {0, 1, 5000}) {
    shape.values(kSeed, still(shape), ordinal, values);
    for (uint32_t p = 0; p < shape.size(); ++p) {
      EXPECT_EQ(values[p], shape.value(kSeed, still(shape), p, ordinal)) << "position " << p;
    }
  }
}

TEST(Shape, RowsEndWhereSeriesAndHistogramsEnd) {
  const Shape shape = small_shape();
  EXPECT_EQ(shape.row_end(0), 0u);
  EXPECT_EQ(shape.row_end(1), 1u);
  EXPECT_EQ(shape.row_end(9), 9u);
  for (uint32_t p = 10; p <= 23; ++p) EXPECT_EQ(shape.row_end(p), 9u + 14);
  EXPECT_EQ(shape.row_end(24), 37u);
  EXPECT_EQ(shape.row_end(37), 37u);
}

TEST(Shape, SomeValuesInAnyOrder) {
  const Shape shape = small_shape();
  std::vector<uint32_t> positions;
  for (uint32_t p = 0; p < shape.size(); ++p) positions.push_back(p);             // ascending
  for (uint32_t p = 0; p < shape.size(); p += 2) positions.push_back(p);          // a shard's
  for (uint32_t p = shape.size(); p > 0; --p) positions.push_back(p - 1);         // descending
  for (uint32_t p = 0; p < 200; ++p) positions.push_back(p * 23 % shape.size());  // neither
  std::vector<double> values(positions.size());
  for (const Churn& churn : {still(shape), Churn({.per_million = 70'000}, kSeed, shape.size())}) {
    for (const uint64_t ordinal : {0, 1, 5000}) {
      shape.values(kSeed, churn, ordinal, positions, values);
      for (size_t i = 0; i < positions.size(); ++i) {
        ASSERT_EQ(values[i], shape.value(kSeed, churn, positions[i], ordinal))
            << "position " << positions[i];
      }
    }
  }
}

TEST(Shape, ExposesHeadersLabelsByNameAndEscapes) {
  const Shape shape = small_shape();
  const SlotTexts slots(shape.slots(), kSeed, 0);
  std::vector<double> values(shape.size(), 0.5);
  values[1] = 1e6;
  std::string text = "before\n";
  shape.expose(slots, {}, values, text);
  EXPECT_EQ(first_lines(text, 7), R"(before
# HELP info Help.
# TYPE info gauge
info{said="\"no\"\n",zone="z"} 0.5
# HELP cpu_total Help.
# TYPE cpu_total counter
cpu_total{cpu="0",mode="idle"} 1e+06
)");
  EXPECT_NE(text.find("# TYPE latency_seconds histogram\n"
                      "latency_seconds_bucket{route=\"/a\",le=\"0.005\"} 0.5\n"),
            std::string::npos);
  EXPECT_EQ(text.back(), '\n');
}

TEST(ShapeDeath, PositionsBeyondTheEndAreAProgrammerError) {
  const Shape shape = small_shape();
  EXPECT_DEATH(shape.value(kSeed, still(shape), 37, 0), "position 37 of 37");
}

}  // namespace
}  // namespace pushpull
