// Bodies that real Prometheus servers sent (testdata/README.md): ours must be the same bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <fstream>
#include <iterator>
#include <string>

#include "harness/wire/compression.h"
#include "harness/wire/written_for_test.h"
#include "harness/workload/special_values.h"

namespace pushpull::wire {
namespace {

std::string captured(const std::string& name) {
  std::ifstream file(std::string(WIRE_TESTDATA "/") + name, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

class Captured : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    block_ = captured(GetParam());
    Result<std::string> message = snappy_uncompress(block_, 1 << 20);
    ASSERT_TRUE(message.ok()) << message.error().message;
    message_ = *message;
    Result<WrittenRequest> request = decode_write_request(message_);
    ASSERT_TRUE(request.ok()) << request.error().message;
    for (const WrittenSample& sample : request->samples) {
      const Result<Labels> labels = decode_labels(region(*request, sample));
      ASSERT_TRUE(labels.ok()) << labels.error().message;
      samples_.push_back({*labels, sample.value, sample.timestamp_ms});
    }
  }

  int64_t count(const auto& condition) const { return std::ranges::count_if(samples_, condition); }

  std::string block_;
  std::string message_;
  std::vector<TestSample> samples_;
};

TEST_P(Captured, EncodesToTheSameBytes) { EXPECT_EQ(encoded(samples_), message_); }

TEST_P(Captured, CompressesToTheSameBytes) { EXPECT_EQ(snappy_compress(message_), block_); }

TEST_P(Captured, HoldsWhatTheReadmeSays) {
  const auto is_up = [](const TestSample& s) { return s.labels.metric_name() == "up"; };
  const auto is_external = [](const TestSample& s) { return s.labels.get("cluster") == "eu-1"; };
  const auto is_pod = [](const TestSample& s) { return s.labels.metric_name() == "kube_pod_info"; };
  const auto is_stale = [](const TestSample& s) { return is_stale_nan(s.value); };
  const auto is_plain_nan = [](const TestSample& s) {
    return std::bit_cast<uint64_t>(s.value) == kNormalNanBits;
  };
  const bool stale = std::string(GetParam()).ends_with("-stale.snappy");
  // 4 CPUs x 8 modes, 3 paths x (6 buckets, sum, count), 9 special, 1 without labels, 20 pods, and
  // what the server adds: up and four more.
  EXPECT_EQ(samples_.size(), 32U + 24 + 9 + 1 + 20 + 5);
  EXPECT_EQ(count(is_up), 1);
  EXPECT_EQ(count(is_external), static_cast<int64_t>(samples_.size()));
  EXPECT_EQ(count(is_pod), 20);
  EXPECT_EQ(count(is_stale), stale ? 20 : 0);
  EXPECT_EQ(count(is_plain_nan), 1);
}

INSTANTIATE_TEST_SUITE_P(Real, Captured,
                         testing::Values("prometheus-2.42-scrape.snappy",
                                         "prometheus-2.42-stale.snappy",
                                         "prometheus-3.5-scrape.snappy",
                                         "prometheus-3.5-stale.snappy"));

}  // namespace
}  // namespace pushpull::wire
