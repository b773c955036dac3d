#include "harness/remote_write/written_counts.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(WrittenCounts, TravelInThreeHeaders) {
  Headers headers = {{"Content-Type", "text/plain"}};
  add_written(headers, {12, 0, 3});
  EXPECT_EQ(headers.get("X-Prometheus-Remote-Write-Samples-Written"), "12");
  EXPECT_EQ(headers.get("X-Prometheus-Remote-Write-Histograms-Written"), "0");
  EXPECT_EQ(headers.get("X-Prometheus-Remote-Write-Exemplars-Written"), "3");
  EXPECT_EQ(headers.get("Content-Type"), "text/plain");
  const auto read = read_written(headers);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->samples, 12);
  EXPECT_EQ(read->histograms, 0);
  EXPECT_EQ(read->exemplars, 3);
}

TEST(WrittenCounts, NoHeaderIsNoAnswerAndOneIsEnough) {
  EXPECT_FALSE(read_written({}).has_value());
  const auto read = read_written({{"x-prometheus-remote-write-samples-written", "7"}});
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->samples, 7);
  EXPECT_EQ(read->exemplars, 0);
}

TEST(WrittenCounts, WhatIsNoNumberCountsAsNone) {
  const auto read = read_written({{"X-Prometheus-Remote-Write-Samples-Written", "many"}});
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->samples, 0);
}

}  // namespace
}  // namespace pushpull
