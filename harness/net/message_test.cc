#include "harness/net/message.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pushpull {
namespace {

using Values = std::vector<std::string>;

Values lines(const Headers& headers) {
  Values out;
  for (const Header& header : headers) out.push_back(header.name + ": " + header.value);
  return out;
}

TEST(HeadersTest, NamesAreWrittenAsGoWritesThem) {
  EXPECT_EQ(canonical_header_name("x-scope-orgID"), "X-Scope-Orgid");
  EXPECT_EQ(canonical_header_name("ETag"), "Etag");
  EXPECT_EQ(canonical_header_name("x-a.b_c-1d-"), "X-A.b_c-1d-");
  EXPECT_EQ(canonical_header_name("no name"), "no name");
  EXPECT_EQ(canonical_header_name(""), "");
}

TEST(HeadersTest, NamesAreTokens) {
  for (const char* name : {"a", "X-9", "!#$%&'*+-.^_`|~"}) EXPECT_TRUE(is_header_name(name));
  for (const char* other : {"", "a b", "a:", "ä", "a\n"}) EXPECT_FALSE(is_header_name(other));
}

TEST(HeadersTest, AddedHeadersStandInOrder) {
  Headers headers{{"User-Agent", "u"}, {"Content-Type", "c"}, {"X-Last", "l"}};
  headers = with_header(headers, {"Authorization", "a"});
  headers = with_header(headers, {"Retry-Attempt", "1"});
  headers = with_header(headers, {"Zone", "z"});
  headers = with_header(headers, {"retry-attempt", "2"});
  EXPECT_EQ(lines(headers), (Values{"User-Agent: u", "Authorization: a", "Content-Type: c",
                                    "X-Last: l", "Zone: z", "retry-attempt: 2"}));
  EXPECT_EQ(lines(with_header({}, {"A", "1"})), Values{"A: 1"});
}

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
