// Remote Write 2.0 in virtual time, beside 1.0.
#include <gtest/gtest.h>

#include "harness/run/virtual_fixture.h"

namespace pushpull {
namespace {

constexpr std::string_view kBothMessages = R"(
version: 1
name: test
description: The same samples in both messages.
engine: virtual
seed: 7
workload: {leaves: 1, targets: 10, series: 5000, scrape_interval: 10s}
calibration: prometheus-3.5
variants:
  v1: {remote_write: {}}
  v2: {remote_write: {protobuf_message: io.prometheus.write.v2.Request}}
phases: {warmup: 30s, measure: 2m, drain: 1m}
)";

using VirtualV2Test = VirtualTest;

TEST_F(VirtualV2Test, BothMessagesDeliverTheSameSamples) {
  load(std::string(kBothMessages));
  for (const char* variant : {"v1", "v2"}) {
    SCOPED_TRACE(variant);
    const Account window = play(variant).accounts.window;
    EXPECT_EQ(window.scraped, 5000 * 12);
    EXPECT_EQ(window.delivered, 5000 * 12);
    EXPECT_EQ(window.duplicates + window.rejected, 0);
  }
}

// What a 2.0 sender gives up it has given up for good, as with 1.0.
TEST_F(VirtualV2Test, ARefusedBatchIsLostWithItsCause) {
  load(std::string(kBothMessages) +
       "timeline: [{name: f, at: 30s, for: 20s, fault: http_status, status: 400}]\n");
  const Account window = play("v2").accounts.window;
  EXPECT_GT(window.lost_for(LossCause::kRejected), 0);
  EXPECT_EQ(window.delivered + window.lost_for(LossCause::kRejected), window.scraped);
}

}  // namespace
}  // namespace pushpull
