#include "harness/net/message.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pushpull {
namespace {

using Values = std::vector<std::string>;

TEST(HeadersTest, NamesCompareWithoutCase) {
  Headers headers{{"Content-Type", "a"}};
  headers.add("content-type", "b");
  EXPECT_EQ(headers.get("CONTENT-TYPE"), "a");
  EXPECT_TRUE(headers.has("content-Type"));
  EXPECT_FALSE(headers.has("content"));
  EXPECT_EQ(headers.get("content"), "");
}

TEST(QueryTest, ValuesOfOneParameterInOrder) {
  const std::string query = "match[]=up&x=1&match%5B%5D=%7Bjob%3D%22a+b%22%7D&match[]&match[]=";
  EXPECT_EQ(query_values(query, "match[]"), (Values{"up", "{job=\"a b\"}", "", ""}));
  EXPECT_EQ(query_values(query, "x"), Values{"1"});
  EXPECT_EQ(query_values(query, "y"), Values{});
  EXPECT_EQ(query_values("", "y"), Values{});
}

TEST(QueryTest, SkipsPairsThatAreNotWellFormed) {
  EXPECT_EQ(query_values("a=%&a=%4&a=%zz&a=1;b=2&&a=%41&a=x=y", "a"), (Values{"A", "x=y"}));
}

TEST(QueryTest, EncodingRoundTripsEveryByte) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(query_values("v=" + percent_encode(all), "v"), Values{all});
  EXPECT_EQ(percent_encode("{job=\"a b\"}-_.~"), "%7Bjob%3D%22a+b%22%7D-_.~");
}

}  // namespace
}  // namespace pushpull
