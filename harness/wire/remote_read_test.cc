#include "harness/wire/remote_read.h"

#include <gtest/gtest.h>

#include <bit>

#include "harness/base/random.h"
#include "harness/wire/remote_write.pb.h"
#include "harness/workload/special_values.h"

namespace pushpull::wire {
namespace {

using Type = ReadMatcher::Type;

TEST(EncodeReadRequest, IsWhatLibprotobufReads) {
  const ReadQuery query = {
      1'767'225'600'000,
      1'767'225'660'000,
      {{Type::kEqual, "job", "bench"}, {Type::kMatchesNot, "instance", "a|b"}}};
  ::prometheus::ReadRequest read;
  ASSERT_TRUE(read.ParseFromString(encode_read_request(query)));
  ASSERT_EQ(read.queries_size(), 1);
  EXPECT_EQ(read.accepted_response_types_size(), 0);  // samples, as before there was a choice
  const ::prometheus::Query& asked = read.queries(0);
  EXPECT_EQ(asked.start_timestamp_ms(), query.first_ms);
  EXPECT_EQ(asked.end_timestamp_ms(), query.last_ms);
  ASSERT_EQ(asked.matchers_size(), 2);
  EXPECT_EQ(asked.matchers(0).type(), ::prometheus::LabelMatcher::EQ);
  EXPECT_EQ(asked.matchers(0).name(), "job");
  EXPECT_EQ(asked.matchers(1).type(), ::prometheus::LabelMatcher::NRE);
  EXPECT_EQ(asked.matchers(1).value(), "a|b");
}

::prometheus::ReadResponse response() {
  ::prometheus::ReadResponse response;
  for (int result = 0; result < 2; ++result) {
    ::prometheus::QueryResult& found = *response.add_results();
    for (int i = 0; i < 3; ++i) {
      ::prometheus::TimeSeries& series = *found.add_timeseries();
      ::prometheus::Label& label = *series.add_labels();
      label.set_name("__name__");
      label.set_value("m" + std::to_string(result) + std::to_string(i));
      for (int k = 0; k < i; ++k) {
        ::prometheus::Sample& sample = *series.add_samples();
        sample.set_timestamp(1000 * result + k);
        sample.set_value(k == 0 ? 0.1 : stale_nan());
      }
    }
  }
  return response;
}

TEST(DecodeReadResponse, EverySampleBitByBitAndNothingOfSeriesWithoutSamples) {
  const Result<WrittenRequest> read = decode_read_response(response().SerializeAsString());
  ASSERT_TRUE(read.ok()) << read.error().message;
  std::vector<std::string> seen;
  for (const WrittenSample& sample : read->samples) {
    const Labels labels =
        decode_labels(std::string_view(read->message).substr(sample.label_begin, sample.label_size))
            .value();
    seen.push_back(std::string(labels.metric_name()) + "@" + std::to_string(sample.timestamp_ms));
    const double expected = sample.timestamp_ms % 1000 == 0 ? 0.1 : stale_nan();
    EXPECT_EQ(std::bit_cast<uint64_t>(sample.value), std::bit_cast<uint64_t>(expected));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"m01@0", "m02@0", "m02@1", "m11@1000", "m12@1000",
                                            "m12@1001"}));
  EXPECT_TRUE(decode_read_response("")->samples.empty());
}

TEST(DecodeReadResponse, HostileBytesAreAnErrorOrSamples) {
  const std::string whole = response().SerializeAsString();
  EXPECT_FALSE(decode_read_response(whole.substr(0, whole.size() - 1)).ok());
  EXPECT_FALSE(decode_read_response("\x08\x01").ok());  // a result that is a number
  const uint64_t seed = 11;
  SCOPED_TRACE(seed);
  Random random(seed, "remote read");
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = whole;
    bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    const Result<WrittenRequest> read = decode_read_response(bytes);
    if (!read) continue;
    for (const WrittenSample& sample : read->samples) {
      EXPECT_LE(size_t{sample.label_begin} + sample.label_size, read->message.size());
    }
  }
}

TEST(QuoteExpression, SpecialCharactersStandForThemselves) {
  EXPECT_EQ(quote_expression("10.1.2.3:9100"), R"(10\.1\.2\.3:9100)");
  EXPECT_EQ(quote_expression("a|b(c)"), R"(a\|b\(c\))");
}

}  // namespace
}  // namespace pushpull::wire
