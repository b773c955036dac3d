#include "harness/scenario/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace pushpull {
namespace {

constexpr const char* kText =
    "name: test\n"
    "source: made up\n"
    "cores: 4\n"
    "leaf_scrape: {per_request: 10us, per_sample: 1.5us}\n"
    "write_encode: {per_request: 533us, per_sample: 1.33us}\n"
    "write_receive: {per_request: 0s, per_sample: 6.3us}\n"
    "federate_serve: {per_request: 0s, per_sample: 6.6us}\n"
    "federate_parse: {per_request: 0s, per_sample: 1.7us}\n";

TEST(Calibration, PricesEveryKindOfWork) {
  const Result<Calibration> calibration = load_calibration(kText, "c.yaml");
  ASSERT_TRUE(calibration.ok()) << calibration.error().message;
  EXPECT_EQ(calibration->cores, 4);
  const CostModel costs = calibration->cost_model();
  // 533 us + 2000 × 1.33 us.
  EXPECT_EQ(costs.cost({Work::Kind::kWriteEncode, 2000}), Duration::microseconds(533 + 2660));
  EXPECT_EQ(costs.cost({Work::Kind::kScrapeParse, 500}), Duration::microseconds(10 + 750));
  EXPECT_EQ(costs.cost({Work::Kind::kWriteReceive, 10}), Duration::microseconds(63));
  EXPECT_EQ(costs.cost({Work::Kind::kFederateServe, 10}), Duration::microseconds(66));
  EXPECT_EQ(costs.cost({Work::Kind::kFederateParse, 10}), Duration::microseconds(17));
  EXPECT_EQ(costs.cost({Work::Kind::kNone, 10}), Duration());
}

TEST(Calibration, EveryFigureIsRequired) {
  const Result<Calibration> calibration =
      load_calibration("{name: a, source: b, cores: 0}", "c.yaml");
  ASSERT_FALSE(calibration.ok());
  const std::string& message = calibration.error().message;
  EXPECT_THAT(message, testing::HasSubstr("cores: '0' is below the minimum of 1"));
  for (const char* key :
       {"leaf_scrape", "write_encode", "write_receive", "federate_serve", "federate_parse"}) {
    EXPECT_THAT(message, testing::HasSubstr(std::string("missing key '") + key + "'"));
  }
}

class FindCalibration : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(testing::TempDir()) /
            ("find_calibration_" + std::to_string(::getpid()));
    write("mine/calibration/local.yaml", "local");
    write("mine/own.yaml", "own");
    write("shipped/calibration/local.yaml", "shadowed");
    write("shipped/calibration/release.yaml", "release");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const std::string& path, const std::string& name) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::string text = kText;
    text.replace(text.find("test"), 4, name);
    std::ofstream(root_ / path) << text;
  }
  std::string found(const std::string& name) {
    const Result<Calibration> calibration = find_calibration(
        name, (root_ / "mine/scenario.yaml").string(), (root_ / "shipped").string());
    return calibration ? calibration->name : calibration.error().message;
  }

  std::filesystem::path root_;
};

TEST_F(FindCalibration, LooksBesideTheScenarioThenAmongTheShipped) {
  EXPECT_EQ(found("local"), "local");
  EXPECT_EQ(found("release"), "release");
}

TEST_F(FindCalibration, TakesAPathFromTheScenario) {
  EXPECT_EQ(found("own.yaml"), "own");
  EXPECT_EQ(found("../shipped/calibration/local.yaml"), "shadowed");
}

TEST_F(FindCalibration, SaysWhereItLooked) {
  const std::string message = found("nowhere");
  EXPECT_THAT(message, testing::StartsWith("no calibration 'nowhere' (looked for "));
  EXPECT_THAT(message, testing::HasSubstr("mine/calibration/nowhere.yaml, "));
  EXPECT_THAT(message, testing::EndsWith("shipped/calibration/nowhere.yaml)"));
}

}  // namespace
}  // namespace pushpull
