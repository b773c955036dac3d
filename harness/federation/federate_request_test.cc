#include "harness/federation/federate_request.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

Request get(const std::string& query) {
  Request request;
  request.path = "/federate";
  request.query = query;
  return request;
}

TEST(ReadFederate, TakesSeveralSelectors) {
  const auto read = read_federate(get("match%5B%5D=up&match[]=%7Bjob%3D%22a%22%7D"));
  const auto* query = std::get_if<FederateQuery>(&read);
  ASSERT_NE(query, nullptr);
  EXPECT_EQ(query->selectors.size(), 2u);
  EXPECT_TRUE(query->selectors[1].matches(Labels({{"__name__", "x"}, {"job", "a"}})));
}

TEST(ReadFederate, WithoutSelectorsAsksForNothing) {
  const auto none = read_federate(get("match=up"));
  EXPECT_TRUE(std::get<FederateQuery>(none).selectors.empty());
}

TEST(ReadFederate, OneBadSelectorRefusesTheRequest) {
  const auto read = read_federate(get("match[]=up&match[]="));
  const Response& refused = std::get<Response>(read);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body.bytes, "1:1: parse error: unexpected end of input\n");
}

TEST(ReadFederate, OnlyGet) {
  Request request = get("match[]=up");
  request.method = "POST";
  const auto read = read_federate(request);
  EXPECT_EQ(std::get<Response>(read).status, 405);
  EXPECT_EQ(std::get<Response>(read).headers.get("Allow"), "GET, OPTIONS");
}

TEST(AcceptsGzip, ComparesWholeTokens) {
  EXPECT_TRUE(accepts_gzip("gzip"));
  EXPECT_TRUE(accepts_gzip("br, gzip"));
  EXPECT_FALSE(accepts_gzip("gzip;q=1"));
  EXPECT_FALSE(accepts_gzip("identity"));
  EXPECT_FALSE(accepts_gzip(""));
}

}  // namespace
}  // namespace pushpull
