#include "harness/wire/encode_v2.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/wire/v2_for_test.h"
#include "harness/workload/special_values.h"

namespace pushpull::wire {
namespace {

using namespace std::string_literals;

const Labels kUp({{"__name__", "up"}, {"job", "a"}});
const std::string kOne = "\x09\x00\x00\x00\x00\x00\x00\xf0\x3f"s;  // value 1
const std::string kNoMetadata = "\x2a\x00"s;

// A length-delimited field of less than 128 bytes.
std::string field(int number, const std::string& contents) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(contents.size())} +
         contents;
}
std::string symbol(const std::string& text) { return field(4, text); }
std::string series(const std::string& contents) { return field(5, contents); }
const std::string kUpSymbols =
    symbol("") + symbol("__name__") + symbol("up") + symbol("job") + symbol("a");
const std::string kUpRefs = "\x0a\x04\x01\x02\x03\x04";

TEST(EncodeV2, NamesTextsOnceAndOneSeriesPerSample) {
  EXPECT_EQ(encoded_v2({{kUp, 1, 300}, {kUp, 1, 1}}),
            kUpSymbols + series(kUpRefs + field(2, kOne + "\x10\xac\x02") + kNoMetadata) +
                series(kUpRefs + field(2, kOne + "\x10\x01") + kNoMetadata));
}

TEST(EncodeV2, LeavesOutZeros) {
  for (const double zero : {0.0, -0.0}) {
    EXPECT_EQ(encoded_v2({{kUp, zero, 1}}),
              kUpSymbols + series(kUpRefs + field(2, "\x10\x01") + kNoMetadata));
  }
  EXPECT_EQ(encoded_v2({{kUp, 0, 0}}), kUpSymbols + series(kUpRefs + field(2, "") + kNoMetadata));
}

TEST(EncodeV2, SlicesOfSeveralLayoutsShareTheTable) {
  const WriteSlice first = slice_of({{kUp, 0, 1}, {kUp, 0, 2}});
  const WriteSlice second = slice_of({{Labels({{"__name__", "down"}, {"job", "a"}}), 0, 3}});
  const WriteSlice parts[] = {
      {first.slice.tail(1), first.labels}, second, {first.slice.head(1), first.labels}};
  std::string memory = "used before";
  const auto sample = [](const char* time) { return field(2, std::string("\x10") + time); };
  EXPECT_EQ(encode_write_request_v2(parts, memory),
            kUpSymbols + symbol("down") + series(kUpRefs + sample("\x02") + kNoMetadata) +
                series("\x0a\x04\x01\x05\x03\x04" + sample("\x03") + kNoMetadata) +
                series(kUpRefs + sample("\x01") + kNoMetadata));
}

TEST(EncodeV2, NoSamplesStillHaveTheEmptySymbol) {
  std::string memory;
  EXPECT_EQ(encode_write_request_v2({}, memory), symbol(""));
  EXPECT_EQ(encode_series_v2({}), symbol(""));
}

TEST(EncodeV2, MemoryIsUsedAgain) {
  std::string memory;
  const WriteSlice many = slice_of({{kUp, 1, 1}, {kUp, 2, 1}, {kUp, 3, 1}});
  EXPECT_GT(encode_write_request_v2({&many, 1}, memory).size(), 0u);
  const size_t size = memory.size();
  const WriteSlice one = slice_of({{kUp, 0, 7}});
  EXPECT_EQ(encode_write_request_v2({&one, 1}, memory),
            kUpSymbols + series(kUpRefs + field(2, "\x10\x07") + kNoMetadata));
  EXPECT_EQ(memory.size(), size);
}

TEST(EncodeV2, ManySymbolsTakeLongerRefs) {
  std::vector<TestSample> samples;
  for (int i = 0; i < 20'000; ++i) {
    samples.push_back({Labels({{"__name__", "m"}, {"i", std::to_string(i)}}), 1.5, i});
  }
  samples.back().value = stale_nan();
  const Result<WrittenRequestV2> read = decode_write_request_v2(encoded_v2(samples));
  ASSERT_TRUE(read.ok());
  const std::vector<SeriesV2> series = series_of(*read);
  ASSERT_EQ(series.size(), samples.size());
  EXPECT_EQ(series[19'999].labels, samples[19'999].labels);
  EXPECT_EQ(series[16'384].samples[0].timestamp_ms, 16'384);
  EXPECT_TRUE(is_stale_nan(series[19'999].samples[0].value));
}

TEST(EncodeV2, WritesSeriesWithAllTheyHave) {
  SeriesV2 one;
  one.labels = Labels({{"__name__", "up"}});
  one.samples = {{1, 2, 3}};
  one.exemplars = {{Labels({{"trace_id", "up"}}), 1, 4}};
  one.metadata = {2, "", "Whether.", "s"};
  one.created_timestamp_ms = 9;
  EXPECT_EQ(encode_series_v2({&one, 1}),
            symbol("") + symbol("Whether.") + symbol("s") + symbol("__name__") + symbol("up") +
                symbol("trace_id") +
                series("\x0a\x02\x03\x04" + field(2, kOne + "\x10\x02\x18\x03") +
                       field(4, "\x0a\x02\x05\x04\x11" + kOne.substr(1) + "\x18\x04") +
                       field(5, "\x08\x02\x18\x01\x20\x02") + "\x30\x09"));
}

}  // namespace
}  // namespace pushpull::wire
