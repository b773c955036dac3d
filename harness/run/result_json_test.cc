#include "harness/run/result_json.h"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/run/metrics.h"
#include "harness/run/virtual_fixture.h"

namespace pushpull {
namespace {

using Json = nlohmann::ordered_json;

class ResultJsonTest : public VirtualTest {
 protected:
  // The time series of a run of push: those of a second, those of the wire.
  Json series(Duration measure) {
    load(std::string(kSmallWorld), {"phases.measure=" + std::to_string(measure / kSecond) + "s"});
    const RunOutcome outcome = play("push");
    wire_bytes_ = 0;
    for (const Metric& metric : metrics_of(outcome)) {
      if (metric.name.starts_with("wire_bytes_to_")) wire_bytes_ += metric.value.value();
    }
    return run_json({}, scenario(), outcome)["series"];
  }
  static double sum(const Json& wire) {
    double bytes = 0;
    for (const auto& [name, values] : wire["columns"].items()) {
      for (const Json& value : values) bytes += value.is_null() ? 0 : value.get<double>();
    }
    return bytes;
  }

  static constexpr Duration kSecond = Duration::seconds(1);
  double wire_bytes_ = 0;
};

TEST_F(ResultJsonTest, BytesOnTheWireAreTenTimesASecondInShortRuns) {
  const Json wire = series(kSecond * 120)[1];
  EXPECT_DOUBLE_EQ(wire["step_s"].get<double>(), 0.1);
  EXPECT_GT(wire_bytes_, 0);
  EXPECT_DOUBLE_EQ(sum(wire), wire_bytes_);
}

TEST_F(ResultJsonTest, AndOnceASecondInLongOnes) {
  const Json wire = series(kSecond * 1200)[1];
  EXPECT_EQ(wire["step_s"], 1);
  EXPECT_DOUBLE_EQ(sum(wire), wire_bytes_);
}

TEST_F(ResultJsonTest, ValuesOverTimeAreThousandths) {
  const Json seconds = series(kSecond * 120)[0];
  double longest = 0;
  for (const Json& value : seconds["columns"]["staleness_mean"]) {
    if (value.is_null()) continue;
    const double thousandths = value.get<double>() * 1000;
    EXPECT_NEAR(thousandths, std::round(thousandths), 1e-6);
    longest = std::max(longest, value.get<double>());
  }
  EXPECT_GT(longest, 0);
}

}  // namespace
}  // namespace pushpull
