#include "harness/systems/export_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

using wire::ReadMatcher;
using wire::ReadQuery;

const ExportApi kApi;

Result<wire::WrittenRequest> read(const std::string& body, const ReadQuery& query = {0, 9000, {}}) {
  Response response;
  response.body.bytes = body;
  return kApi.samples(query, response);
}

Labels labels_of(const wire::WrittenRequest& request, size_t i) {
  const wire::WrittenSample& sample = request.samples[i];
  return wire::decode_labels(
             std::string_view(request.message).substr(sample.label_begin, sample.label_size))
      .value();
}

TEST(ExportApi, AsksForAWiderRangeInSeconds) {
  const Request request = kApi.request({61'500,
                                        63'000,
                                        {{ReadMatcher::Type::kMatches, "instance", "a\\.b|c"},
                                         {ReadMatcher::Type::kNotEqual, "job", "x\"y"}}});
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/api/v1/export");
  EXPECT_THAT(query_values(request.body.bytes, "match[]"),
              testing::ElementsAre(R"({instance=~"a\\.b|c",job!="x\"y"})"));
  EXPECT_THAT(query_values(request.body.bytes, "start"), testing::ElementsAre("60"));
  EXPECT_THAT(query_values(request.body.bytes, "end"), testing::ElementsAre("65"));
  EXPECT_THAT(query_values(kApi.request({0, 5, {}}).body.bytes, "start"),
              testing::ElementsAre("0"));
}

TEST(ExportApi, ReadsLinesAsVictoriaMetricsWritesThem) {
  const auto read_back = read(
      R"({"metric":{"__name__":"m","path":"a \"],\"values\":[ b"},"values":[1.5,+Inf,null,3],"timestamps":[1000,2000,3000,4000]})"
      "\n"
      R"({"metric":{"__name__":"end"},"values":[NaN],"timestamps":[5000]})"
      "\n");
  ASSERT_TRUE(read_back.ok()) << read_back.error().message;
  const auto& samples = read_back->samples;
  ASSERT_EQ(samples.size(), 5u);
  EXPECT_EQ(labels_of(*read_back, 0),
            Labels({{"__name__", "m"}, {"path", "a \"],\"values\":[ b"}}));
  EXPECT_EQ(labels_of(*read_back, 4), Labels({{"__name__", "end"}}));
  EXPECT_EQ(samples[0].label_hash, samples[3].label_hash);
  EXPECT_EQ(samples[0].value, 1.5);
  EXPECT_EQ(samples[1].value, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(is_stale_nan(samples[2].value));
  EXPECT_TRUE(is_stale_nan(samples[4].value));
  EXPECT_EQ(samples[3].timestamp_ms, 4000);
}

TEST(ExportApi, DropsWhatIsOutsideTheQuery) {
  const auto read_back =
      read(R"({"metric":{"__name__":"m"},"values":[1,2,3,4],"timestamps":[1000,1001,2000,2001]})",
           {1001, 2000, {}});
  ASSERT_TRUE(read_back.ok());
  ASSERT_EQ(read_back->samples.size(), 2u);
  EXPECT_EQ(read_back->samples[0].value, 2);
  EXPECT_EQ(read_back->samples[1].value, 3);
  EXPECT_TRUE(read("")->samples.empty());
}

TEST(ExportApi, WhatIsNoExportIsAnError) {
  for (const char* body : {
           "<html>",
           R"({"metric":{"__name__":"m"},"values":[1,2],"timestamps":[1000]})",
           R"({"metric":{"__name__":"m"},"values":[1],"timestamps":[1000,2000]})",
           R"({"metric":{"__name__":"m"},"values":[1,],"timestamps":[1000]})",
           R"({"metric":{"__name__":"m"},"values":[x],"timestamps":[1000]})",
           R"({"metric":{"__name__":"m"},"values":[1],"timestamps":[1e3]})",
           R"({"metric":{"__name__":7},"values":[1],"timestamps":[1000]})",
           R"({"metric":["m"],"values":[1],"timestamps":[1000]})",
           R"({"metric":,"values":[],"timestamps":[)",
           R"({"metric":{},"values":[]})",
       }) {
    EXPECT_FALSE(read(body).ok()) << body;
  }
  EXPECT_THAT(read("<html>").error().message, testing::HasSubstr("not a line of /api/v1/export"));
}

TEST(ExportApi, FlushesFirstAndShowsDuplicates) {
  EXPECT_EQ(kApi.flush()->path, "/internal/force_flush");
  EXPECT_TRUE(kApi.shows_duplicates());
}

}  // namespace
}  // namespace pushpull
