#include "harness/wire/size_model.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "harness/base/random.h"
#include "harness/wire/compression.h"
#include "harness/wire/written_for_test.h"

namespace pushpull::wire {
namespace {

TEST(SizeModel, DrawsStraightLinesBetweenTheMeans) {
  const std::vector<SizedBody> fitted = {{20, 500}, {10, 90}, {10, 110}, {40, 900}};
  const SizeModel model = SizeModel::fit(fitted, {});
  EXPECT_EQ(model.predict(10), 100);  // (90 + 110) / 2
  EXPECT_EQ(model.predict(15), 300);  // half-way from 100 to 500
  EXPECT_EQ(model.predict(20), 500);
  EXPECT_EQ(model.predict(30), 700);
  EXPECT_EQ(model.predict(50), 1100) << "the last line goes on: 20 bytes per sample";
  EXPECT_EQ(model.predict(5), 0) << "100 - 5 * 40 is below zero";
  EXPECT_EQ(model.total_relative_error(), 0);
}

TEST(SizeModel, StatesHowWrongTheTotalIs) {
  const std::vector<SizedBody> fitted = {{0, 0}, {10, 100}};
  const std::vector<SizedBody> held_out = {{5, 50}, {5, 40}, {8, 100}};
  // Predicted 50 + 50 + 80 where 50 + 40 + 100 was real.
  EXPECT_DOUBLE_EQ(SizeModel::fit(fitted, held_out).total_relative_error(), 10.0 / 190);
}

TEST(MeasureSizeModel, FitsAtDoublingCountsAndHoldsOutBetweenThem) {
  std::map<int64_t, std::vector<double>> asked;
  const SizeModel model = measure_size_model(10, [&asked](int64_t samples, double place) {
    asked[samples].push_back(place);
    return samples == 3 ? 300 : 100 + 10 * samples;
  });
  std::vector<int64_t> counts;
  for (const auto& [samples, places] : asked) {
    counts.push_back(samples);
    // 256 of each count, of full bodies as many again to hold out.
    EXPECT_EQ(places.size(), samples == 10 ? 512u : 256u);
  }
  EXPECT_EQ(counts, (std::vector<int64_t>{1, 2, 3, 4, 6, 8, 10}));
  EXPECT_EQ(model.predict(7), 170);
  // Held out: 3, 6 and 10. Predicted 130 + 160 + 200 where 300 + 160 + 200 was real.
  EXPECT_DOUBLE_EQ(model.total_relative_error(), 170.0 / 660);
}

// Bodies of a kind of target that is all of the second half of the workload.
TEST(MeasureSizeModel, AllPartsOfTheWorkloadCount) {
  const SizeModel model = measure_size_model(
      10'000, [](int64_t samples, double place) { return samples * (place < 0.5 ? 20 : 40); });
  EXPECT_EQ(model.predict(10'000), 300'000);
  EXPECT_EQ(model.predict(64), 64 * 30);
}

// Series of a few pods with random values, as one leaf sends them.
WriteSlice some_slice(uint32_t series) {
  Random random(5, "sizes");
  std::vector<TestSample> samples;
  for (uint32_t i = 0; i < series; ++i) {
    samples.push_back({Labels({{"__name__", "container_cpu_usage_seconds_total"},
                               {"job", "bench"},
                               {"instance", "10.42.0." + std::to_string(i / 500) + ":9100"},
                               {"pod", "checkout-" + std::to_string(mix64(i / 10) % 100'000)},
                               {"cpu", std::to_string(i % 10)}}),
                       static_cast<double>(random.below(1'000'000)) / 8, 1'700'000'000'000});
  }
  return slice_of(samples);
}

TEST(MeasureSizeModel, PredictsRealWriteRequests) {
  const WriteSlice all = some_slice(8000);
  const auto encode = [&all](int64_t samples, double place) {
    const auto size = static_cast<uint32_t>(samples);
    const auto begin = static_cast<uint32_t>(place * 6000);
    const WriteSlice part{all.slice.tail(begin).head(size), all.labels};
    std::string memory;
    return static_cast<int64_t>(snappy_compress(encode_write_request({&part, 1}, memory)).size());
  };
  const SizeModel model = measure_size_model(2000, encode);
  EXPECT_LT(model.total_relative_error(), 0.05);
  const auto real = static_cast<double>(encode(1700, 0.3));
  EXPECT_NEAR(static_cast<double>(model.predict(1700)), real, 0.05 * real);
}

}  // namespace
}  // namespace pushpull::wire
