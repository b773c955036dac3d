#include "harness/run/link_weather.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

constexpr Duration kMs = Duration::milliseconds(1);

Fault latency(Heading heading) {
  Fault fault;
  fault.kind = FaultKind::kLatency;
  fault.add = kMs * 40;
  fault.jitter = kMs * 5;
  fault.heading = heading;
  return fault;
}

TEST(LinkWeather, DirectionsAreThoseOfTheData) {
  for (const bool push : {true, false}) {
    LinkWeather weather(push);
    weather.begin(latency(Heading::kToCentral));
    // Push requests go to the server, pull responses to the client.
    const Direction there = push ? Direction::kToServer : Direction::kToClient;
    const Direction back = push ? Direction::kToClient : Direction::kToServer;
    EXPECT_EQ(weather.of(there).delay, kMs * 40);
    EXPECT_EQ(weather.of(there).jitter, kMs * 5);
    EXPECT_EQ(weather.of(back).delay, Duration());
    weather.end(latency(Heading::kToCentral));
    weather.begin(latency(Heading::kToLeaf));
    EXPECT_EQ(weather.of(there).delay, Duration());
    EXPECT_EQ(weather.of(back).delay, kMs * 40);
  }
}

TEST(LinkWeather, FaultsOfSeveralKindsAddUpAndEndAlone) {
  Fault bandwidth;
  bandwidth.kind = FaultKind::kBandwidth;
  bandwidth.limit = 1'000'000;
  Fault loss;
  loss.kind = FaultKind::kPacketLoss;
  loss.share = 0.25;
  LinkWeather weather(true);
  weather.begin(latency(Heading::kBoth));
  weather.begin(bandwidth);
  weather.begin(loss);
  for (const Direction direction : kDirections) {
    EXPECT_EQ(weather.of(direction).delay, kMs * 40);
    EXPECT_EQ(weather.of(direction).bandwidth, 1'000'000);
    EXPECT_EQ(weather.of(direction).loss, 0.25);
  }
  weather.end(loss);
  weather.end(latency(Heading::kBoth));
  for (const Direction direction : kDirections) {
    EXPECT_EQ(weather.of(direction).delay, Duration());
    EXPECT_EQ(weather.of(direction).bandwidth, 1'000'000);
    EXPECT_EQ(weather.of(direction).loss, 0);
  }
}

}  // namespace
}  // namespace pushpull
