#include "harness/wire/decode_v2.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/wire/v2_for_test.h"

namespace pushpull::wire {
namespace {

using namespace std::string_literals;

// A length-delimited field of less than 128 bytes.
std::string field(int number, const std::string& contents) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(contents.size())} +
         contents;
}
std::string symbol(const std::string& text) { return field(4, text); }
std::string series(const std::string& contents) { return field(5, contents); }
const std::string kSymbols =
    symbol("") + symbol("__name__") + symbol("up") + symbol("job") + symbol("a");
const std::string kSample = field(2, "\x10\x05");

// What is wrong with the one series of a message.
std::string defect_of(const std::string& message) {
  const Result<WrittenRequestV2> read = decode_write_request_v2(message);
  if (!read.ok()) return "undecodable";
  return read->defect(read->series.at(0)).value_or("none");
}

TEST(DecodeV2, RegionsAreThoseOfTheSameLabelsIn10) {
  const Labels up({{"__name__", "up"}, {"job", "a"}});
  const Result<WrittenRequestV2> read = decode_write_request_v2(encoded_v2({{up, 1, 5}}));
  ASSERT_TRUE(read.ok());
  std::string region;
  encode_labels(up, region);
  EXPECT_EQ(read->region(read->series[0]), region);
  EXPECT_EQ(read->series[0].label_hash, hash_of_labels(region));
}

TEST(DecodeV2, SymbolsMayStandBehindTheirUsers) {
  const auto read =
      decode_write_request_v2(series("\x0a\x04\x01\x02\x03\x04" + kSample) + kSymbols);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(series_of(*read)[0].labels, Labels({{"__name__", "up"}, {"job", "a"}}));
}

TEST(DecodeV2, RefsComePackedOrOneByOne) {
  const auto read = decode_write_request_v2(
      kSymbols + series("\x08\x01" + kSample + "\x0a\x02\x02\x03" + "\x08\x04"));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(series_of(*read)[0].labels, Labels({{"__name__", "up"}, {"job", "a"}}));
}

TEST(DecodeV2, ARefOutsideTheTableSpoilsItsSeriesOnly) {
  const auto read =
      decode_write_request_v2(kSymbols + series("\x0a\x04\x01\x02\x63\x04" + kSample) +
                              series("\x0a\x02\x01\x02" + kSample));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->defect(read->series[0]),
            "parsing labels for series [1 2 99 4]: labelRefs 99 (name) = 4 (value) outside of "
            "symbols table (size 5)");
  EXPECT_FALSE(read->defect(read->series[1]).has_value());
  EXPECT_EQ(read->samples.size(), 2u);
}

TEST(DecodeV2, SaysWhatIsWrongAsPrometheusDoes) {
  EXPECT_EQ(defect_of(kSymbols + series("\x0a\x03\x01\x02\x03")),
            "parsing labels for series [1 2 3]: invalid labelRefs length 3");
  EXPECT_EQ(defect_of(kSymbols + series("\x0a\x02\x01\x05")),
            "parsing labels for series [1 5]: labelRefs 1 (name) = 5 (value) outside of symbols "
            "table (size 5)");
  EXPECT_EQ(defect_of(kSymbols + series("\x0a\x02\x01\x02" + field(5, "\x18\x4d"))),
            "parsing metadata for series [1 2]: metadata help_ref 77 outside of symbols table "
            "(size 5)");
  EXPECT_EQ(defect_of(kSymbols + series("\x0a\x02\x01\x02" + field(5, "\x20\x4d"))),
            "parsing metadata for series [1 2]: metadata unit_ref 77 outside of symbols table "
            "(size 5)");
  EXPECT_EQ(defect_of(kSymbols + series("\x0a\x05\xff\xff\xff\xff\x0f")),
            "parsing labels for series [4294967295]: invalid labelRefs length 1");
}

TEST(DecodeV2, ExemplarsHaveRefsOfTheirOwn) {
  const auto read = decode_write_request_v2(kSymbols + series("\x0a\x02\x01\x02" +
                                                              field(4, "\x0a\x02\x03\x04\x18\x07") +
                                                              field(4, "\x0a\x02\x03\x09")));
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->exemplars.size(), 2u);
  EXPECT_EQ(*read->exemplar(read->exemplars[0]), (Exemplar{Labels({{"job", "a"}}), 0, 7}));
  const Result<Exemplar> foreign = read->exemplar(read->exemplars[1]);
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().message,
            "labelRefs 3 (name) = 9 (value) outside of symbols table (size 5)");
}

TEST(DecodeV2, A10MessageIsEmptyHere) {
  const auto read = decode_write_request_v2(encoded({{Labels({{"__name__", "up"}}), 1, 5}}));
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->series.empty());
  EXPECT_TRUE(
      decode_write_request(kSymbols + series("\x0a\x02\x01\x02" + kSample))->samples.empty());
}

TEST(DecodeV2, RefusesWhatIsBroken) {
  const std::string broken[] = {
      "\xff",                        // half a tag
      "\x20\x05",                    // symbols of another wire type
      "\x2a\x05\x0a",                // a series longer than the message
      series("\x12\x05"),            // a sample longer than its series
      series("\x0a\x01\xff"),        // half a ref
      series(field(2, "\x08\x05")),  // a value of another wire type
      series(field(3, "\x88\x01")),  // half a start timestamp
      series(field(3,
                   "\x89\x01"
                   "12345678")),      // one of another wire type
      series(field(4, "\x10\x05")),   // an exemplar's value of another wire type
      series(field(5, "\x1a\x01x")),  // a help_ref of another wire type
      series("\x32\x01x"),            // a created timestamp of another wire type
  };
  for (const std::string& message : broken) {
    const auto read = decode_write_request_v2(message);
    ASSERT_FALSE(read.ok()) << testing::PrintToString(message);
    EXPECT_EQ(read.error().message.find("not a valid io.prometheus.write.v2.Request"), 0u);
  }
}

// 40 kB that would write out 4 GB of labels.
TEST(DecodeV2, RefusesLabelsThatTakeTooMuchRoomWrittenOut) {
  std::string message = symbol("") + "\x22\x80\x80\x40" + std::string(1 << 20, 'x');
  for (int i = 0; i < 2048; ++i) message += series("\x0a\x04\x01\x01\x01\x01");
  const auto read = decode_write_request_v2(message);
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("512 MiB"), std::string::npos);
}

}  // namespace
}  // namespace pushpull::wire
