#include "harness/wire/write_request.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "harness/wire/written_for_test.h"
#include "harness/workload/special_values.h"

namespace pushpull::wire {
namespace {

using namespace std::string_literals;

const Labels kUp({{"__name__", "up"}, {"job", "a"}});
const std::string kUpLabels =
    "\x0a\x0e\x0a\x08__name__\x12\x02up"
    "\x0a\x08\x0a\x03job\x12\x01"
    "a"s;
const std::string kOne = "\x09\x00\x00\x00\x00\x00\x00\xf0\x3f"s;  // value 1

// A length-delimited field of less than 128 bytes.
std::string field(int number, const std::string& contents) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(contents.size())} +
         contents;
}
std::string series(const std::string& contents) { return field(1, contents); }
std::string sample(const std::string& contents) { return field(2, contents); }

TEST(WriteRequest, EncodesOneSeriesPerSample) {
  EXPECT_EQ(encoded({{kUp, 1, 300}, {kUp, 1, 1}}),
            series(kUpLabels + sample(kOne + "\x10\xac\x02")) +
                series(kUpLabels + sample(kOne + "\x10\x01")));
}

TEST(WriteRequest, LeavesOutZeros) {
  EXPECT_EQ(encoded({{kUp, 0, 1}}), series(kUpLabels + sample("\x10\x01")));
  EXPECT_EQ(encoded({{kUp, -0.0, 1}}), series(kUpLabels + sample("\x10\x01")));
  EXPECT_EQ(encoded({{kUp, 0, 0}}), series(kUpLabels + sample("")));
  EXPECT_EQ(encoded({{kUp, 1, 0}}), series(kUpLabels + sample(kOne)));
}

TEST(WriteRequest, NegativeTimestampsTakeTenBytes) {
  EXPECT_EQ(encoded({{kUp, 0, -1}}),
            series(kUpLabels + sample("\x10" + std::string(9, '\xff') + "\x01")));
}

TEST(WriteRequest, EncodesTheSlicesGiven) {
  const WriteSlice all = slice_of({{kUp, 0, 1}, {kUp, 0, 2}, {kUp, 0, 3}});
  const WriteSlice parts[] = {{all.slice.tail(2), all.labels}, {all.slice.head(1), all.labels}};
  std::string memory;
  EXPECT_EQ(encode_write_request(parts, memory),
            series(kUpLabels + sample("\x10\x03")) + series(kUpLabels + sample("\x10\x01")));
}

TEST(WriteRequest, MemoryIsUsedAgain) {
  std::string memory;
  const WriteSlice many = slice_of({{kUp, 1, 1}, {kUp, 2, 1}, {kUp, 3, 1}});
  const std::string_view first = encode_write_request({&many, 1}, memory);
  const size_t size = memory.size();
  EXPECT_GE(size, first.size());
  const WriteSlice one = slice_of({{kUp, 0, 7}});
  EXPECT_EQ(encode_write_request({&one, 1}, memory), series(kUpLabels + sample("\x10\x07")));
  EXPECT_EQ(memory.size(), size);
}

TEST(WriteRequest, NoSamplesNoBytes) {
  std::string memory = "used before";
  EXPECT_EQ(encode_write_request({}, memory), "");
  EXPECT_EQ(decode_write_request("")->samples.size(), 0U);
}

TEST(WriteRequest, LengthsOfLabelsMayNeedMoreThanOneByte) {
  for (const size_t size : {100, 127, 128, 16'383, 16'384}) {
    SCOPED_TRACE(size);
    const Labels labels({{"__name__", "m"}, {std::string(size, 'n'), std::string(size + 1, 'v')}});
    const Result<WrittenRequest> read = decode_write_request(encoded({{labels, 7, 8}}));
    ASSERT_TRUE(read.ok());
    ASSERT_EQ(read->samples.size(), 1U);
    EXPECT_EQ(*decode_labels(region(*read, read->samples[0])), labels);
    EXPECT_EQ(read->samples[0].value, 7);
    EXPECT_EQ(read->samples[0].timestamp_ms, 8);
  }
}

TEST(WriteRequest, ValuesSurviveBitByBit) {
  const Result<WrittenRequest> read =
      decode_write_request(encoded({{kUp, stale_nan(), 1}, {kUp, -INFINITY, 2}, {kUp, 5e-324, 3}}));
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(is_stale_nan(read->samples[0].value));
  EXPECT_EQ(read->samples[1].value, -INFINITY);
  EXPECT_EQ(read->samples[2].value, 5e-324);
}

TEST(WriteRequest, LabelRegionsAreTheBytesOfTheBlock) {
  const WriteSlice slice = slice_of({{kUp, 1, 1}, {Labels({{"__name__", "down"}}), 1, 1}});
  std::string memory;
  const std::string message(encode_write_request({&slice, 1}, memory));
  const Result<WrittenRequest> read = decode_write_request(message);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->message, message);
  EXPECT_EQ(region(*read, read->samples[0]), slice.labels->labels(0));
  EXPECT_EQ(region(*read, read->samples[1]), slice.labels->labels(1));
}

TEST(WriteRequest, GathersLabelsThatAreNotTogether) {
  const std::string name = field(1, field(1, "__name__") + field(2, "up"));
  const std::string job = field(1, field(1, "job") + field(2, "a"));
  const std::string message = series(name + sample("\x10\x01") + job + sample("\x10\x02"));
  const Result<WrittenRequest> read = decode_write_request(message);
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->samples.size(), 2U);
  EXPECT_EQ(region(*read, read->samples[0]), kUpLabels);
  EXPECT_EQ(region(*read, read->samples[1]), kUpLabels);
  EXPECT_EQ(read->samples[1].timestamp_ms, 2);
}

// A sample that repeats the end of the one before is read by what that end meant, so an end that
// means more than a timestamp must not be remembered.
TEST(WriteRequest, SamplesThatEndAlikeAreReadAlike) {
  const std::string two = "\x09\x00\x00\x00\x00\x00\x00\x00\x40"s;
  const std::string ends[] = {"\x10\x05",          // the usual
                              "\x10\x85\x00"s,     // as many bytes as nobody needs
                              "\x10\x05\x18\x01",  // an unknown field behind it
                              "\x10\x05\x10\x06",  // the last timestamp counts
                              "\x10\x05" + two};   // and the last value
  const int64_t timestamps[] = {5, 5, 5, 6, 5};
  for (size_t i = 0; i < std::size(ends); ++i) {
    SCOPED_TRACE(i);
    const std::string message = series(kUpLabels + sample(two + ends[i]) + sample(kOne + ends[i]));
    const Result<WrittenRequest> read = decode_write_request(message);
    ASSERT_TRUE(read.ok());
    ASSERT_EQ(read->samples.size(), 2U);
    EXPECT_EQ(read->samples[0].value, 2);
    EXPECT_EQ(read->samples[1].value, i == 4 ? 2 : 1);
    for (const WrittenSample& s : read->samples) EXPECT_EQ(s.timestamp_ms, timestamps[i]);
  }
}

TEST(WriteRequest, LabelsAreKnownByTheirHash) {
  const std::string other = field(1, field(1, "z") + field(2, "1"));
  // The labels of the third series stand on both sides of its sample.
  const std::string message = series(kUpLabels + sample("\x10\x01") + sample("\x10\x02")) +
                              series(other + sample("\x10\x01")) +
                              series(kUpLabels + sample("\x10\x01") + other);
  const Result<WrittenRequest> read = decode_write_request(message);
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->samples.size(), 4U);
  const std::string regions[] = {kUpLabels, kUpLabels, other, kUpLabels + other};
  for (size_t i = 0; i < std::size(regions); ++i) {
    EXPECT_EQ(region(*read, read->samples[i]), regions[i]);
    EXPECT_EQ(read->samples[i].label_hash, hash_of_labels(regions[i]));
  }
  EXPECT_NE(hash_of_labels(kUpLabels), hash_of_labels(other));
}

TEST(WriteRequest, SeriesWithoutSamplesYieldNothing) {
  EXPECT_EQ(decode_write_request(series(kUpLabels))->samples.size(), 0U);
  EXPECT_EQ(decode_write_request(series(""))->samples.size(), 0U);
}

TEST(WriteRequest, ARemoteWriteTwoBodyIsAnEmptyRequest) {
  // symbols = 4, timeseries = 5: unknown here, so Prometheus answers 204 and stores nothing.
  const Result<WrittenRequest> read =
      decode_write_request(field(4, "") + field(4, "__name__") + field(5, sample(kOne)));
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->samples.empty());
}

TEST(WriteRequest, ABrokenNeighbourFailsTheRequest) {
  const std::string good = series(kUpLabels + sample("\x10\x01"));
  const std::string broken[] = {
      series(kUpLabels + field(3, "\x0a\x05")),  // exemplar
      series(kUpLabels + field(4, "\x19\x05")),  // histogram
      field(3, "\x0a"),                          // metadata
      series(field(1, "\x0a\x09x")),             // label
      series(kUpLabels + sample("\x09\x05")),    // value
      series(kUpLabels + sample("\x08\x05")),    // value of another wire type
      series(kUpLabels + "\x10\x05"),            // samples of another wire type
      "\x0a\x7f",                                // length beyond the end
      "\x0a\xff\xff\xff\xff\x0f",                // the same by 4 GiB
      "\x00"s,                                   // field 0
      "\x3b\x3c",                                // a group
  };
  ASSERT_TRUE(decode_write_request(good).ok());
  for (const std::string& bytes : broken) {
    SCOPED_TRACE(testing::PrintToString(bytes));
    const Result<WrittenRequest> read = decode_write_request(good + bytes);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().message, "not a valid prometheus.WriteRequest: broken field at byte " +
                                        std::to_string(good.size()));
  }
}

TEST(DecodeLabels, SortsAndDropsEmptyValues) {
  const std::string z = field(1, field(1, "z") + field(2, "1"));
  const std::string empty = field(1, field(1, "gone"));
  const std::string reversed = field(1, field(2, "2") + field(1, "a"));
  EXPECT_EQ(*decode_labels(z + empty + reversed), Labels({{"a", "2"}, {"z", "1"}}));
  EXPECT_EQ(*decode_labels(kUpLabels), kUp);
  EXPECT_EQ(*decode_labels(""), Labels());
}

TEST(DecodeLabels, RefusesOtherBytes) {
  EXPECT_FALSE(decode_labels(sample(kOne)).ok());
  EXPECT_FALSE(decode_labels(kUpLabels.substr(1)).ok());
  EXPECT_FALSE(decode_labels(kUpLabels.substr(0, 5)).ok());
  EXPECT_FALSE(decode_labels(field(1, "\x08\x05")).ok());
}

}  // namespace
}  // namespace pushpull::wire
