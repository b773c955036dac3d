#include "harness/wire/native_histogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "harness/wire/random_for_test.h"
#include "harness/wire/remote_write.pb.h"

namespace pushpull::wire {
namespace {

using namespace std::string_literals;

constexpr uint64_t kSeed = 20261124;

TEST(NativeHistogram, WritesWhatLibprotobufWritesAndReadsIt) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "histogram");
  for (int round = 0; round < 2000; ++round) {
    const NativeHistogram histogram = random_histogram(random);
    ::prometheus::Histogram oracle;
    fill(oracle, histogram);
    const std::string bytes = bytes_of(histogram);
    ASSERT_EQ(bytes, oracle.SerializeAsString()) << "round " << round;
    const Result<NativeHistogram> read = decode_histogram(bytes);
    ASSERT_TRUE(read.ok()) << "round " << round;
    ASSERT_EQ(bytes_of(*read), bytes) << "round " << round;
    ASSERT_EQ(read->is_float(), oracle.count_case() == ::prometheus::Histogram::kCountFloat);
  }
}

TEST(NativeHistogram, AZeroCountIsThereAndAMissingOneIsNot) {
  NativeHistogram histogram;
  EXPECT_EQ(bytes_of(histogram), "");
  histogram.count = uint64_t{0};
  histogram.zero_count = 0.0;
  EXPECT_EQ(bytes_of(histogram), "\x08\x00\x39"s + std::string(8, '\0'));
}

TEST(NativeHistogram, LeavesMinusZeroOutAsPrometheusDoes) {
  NativeHistogram histogram;
  histogram.sum = -0.0;
  EXPECT_EQ(bytes_of(histogram), "");
}

TEST(NativeHistogram, HasAStartTimestampIn20) {
  NativeHistogram histogram;
  histogram.start_timestamp_ms = 300;
  EXPECT_EQ(bytes_of(histogram), "\x88\x01\xac\x02");
  EXPECT_EQ(decode_histogram("\x88\x01\xac\x02")->start_timestamp_ms, 300);
}

TEST(NativeHistogram, RepeatedNumbersComePackedOrOneByOne) {
  // positive_deltas 1, -1, then 2; custom_values 1.
  const std::string one = "\x00\x00\x00\x00\x00\x00\xf0\x3f"s;
  const auto read = decode_histogram("\x62\x02\x02\x01" + "\x60\x04"s + "\x81\x01" + one);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->positive_deltas, (std::vector<int64_t>{1, -1, 2}));
  EXPECT_EQ(read->custom_values, std::vector<double>{1});
}

TEST(NativeHistogram, RefusesWhatIsBroken) {
  EXPECT_FALSE(decode_histogram("\x08").ok()) << "a number without its digits";
  EXPECT_FALSE(decode_histogram("\x6a\x03xyz").ok()) << "three bytes of doubles";
  EXPECT_FALSE(decode_histogram("\x62\x01\xff").ok()) << "half a varint";
  EXPECT_FALSE(decode_histogram("\x5a\xff\xff\xff\xff\x0f").ok()) << "a span of 4 GiB";
  EXPECT_FALSE(decode_histogram("\x5a\x02\x0a\x00"s).ok()) << "an offset of another wire type";
  EXPECT_FALSE(decode_histogram("\x19\x01").ok()) << "a sum cut short";
}

}  // namespace
}  // namespace pushpull::wire
