#include "harness/net/link_spec.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

constexpr Duration kMs = Duration::milliseconds(1);

TEST(PathShape, DerivesItsFigures) {
  const PathShape shape = path_shape({kMs * 80, 200'000'000}, {}, {});
  EXPECT_EQ(shape.one_way, kMs * 40);
  EXPECT_EQ(shape.rtt, kMs * 80);
  EXPECT_EQ(shape.serialization(25'000), kMs);            // 200 kbit at 200 Mbit/s
  EXPECT_EQ(shape.bandwidth_delay_product(), 2'000'000);  // 25 MB/s * 80 ms
  EXPECT_EQ(path_shape({kMs * 80, 0}, {}, {}).serialization(1 << 30), Duration());
}

TEST(PathShape, IsUnshapedOnlyWhereNothingShapesIt) {
  EXPECT_TRUE(path_shape({}, {}, {}).unshaped());
  EXPECT_FALSE(path_shape({kMs, 0}, {}, {}).unshaped());
  EXPECT_FALSE(path_shape({{}, 1}, {}, {}).unshaped());
  EXPECT_FALSE(path_shape({{}, 0, kMs}, {}, {}).unshaped());
  EXPECT_FALSE(path_shape({{}, 0, {}, 0.01}, {}, {}).unshaped());
  // The way back is part of the round trip.
  EXPECT_FALSE(path_shape({}, {}, {kMs}).unshaped());
}

TEST(PathShape, AddsWhatDisturbsIt) {
  const LinkSpec spec{kMs * 80, 200'000'000, kMs * 5, 0.5};
  const PathShape shape = path_shape(spec, {kMs * 30, kMs * 2, 0, 0.5}, {kMs * 7});
  EXPECT_EQ(shape.one_way, kMs * 70);
  EXPECT_EQ(shape.rtt, kMs * 117);
  EXPECT_EQ(shape.jitter, kMs * 7);
  EXPECT_EQ(shape.bandwidth, 200'000'000);
  EXPECT_EQ(shape.loss, 0.75);  // half of the half that is left
}

TEST(PathShape, TakesTheLowerBandwidth) {
  const auto bandwidth = [](int64_t link, int64_t fault) {
    return path_shape({{}, link}, {{}, {}, fault, 0}, {}).bandwidth;
  };
  EXPECT_EQ(bandwidth(200, 50), 50);
  EXPECT_EQ(bandwidth(50, 200), 50);
  EXPECT_EQ(bandwidth(0, 50), 50);
  EXPECT_EQ(bandwidth(50, 0), 50);
  EXPECT_EQ(bandwidth(0, 0), 0);
}

}  // namespace
}  // namespace pushpull
