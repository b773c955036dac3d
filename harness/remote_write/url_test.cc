#include "harness/remote_write/url.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(WriteUrl, SplitsHostPathAndQuery) {
  EXPECT_EQ(*parse_write_url("http://central:9090/api/v1/write"),
            (WriteUrl{"central:9090", "/api/v1/write", ""}));
  EXPECT_EQ(*parse_write_url("http://[::1]:9090/w?tenant=a"),
            (WriteUrl{"[::1]:9090", "/w", "tenant=a"}));
  EXPECT_EQ(*parse_write_url("http://central:9090?tenant=a"),
            (WriteUrl{"central:9090", "/", "tenant=a"}));
}

TEST(WriteUrl, PortAndPathHaveDefaults) {
  EXPECT_EQ(*parse_write_url("http://central"), (WriteUrl{"central:80", "/", ""}));
  EXPECT_EQ(*parse_write_url("http://[::1]"), (WriteUrl{"[::1]:80", "/", ""}));
  EXPECT_EQ(*parse_write_url("https://central"), (WriteUrl{"central:443", "/", "", true}));
  EXPECT_EQ(*parse_write_url("https://central:80/w"), (WriteUrl{"central:80", "/w", "", true}));
}

TEST(WriteUrl, SaysWhatIsWrong) {
  EXPECT_NE(parse_write_url("ftp://central/w").error().message.find("http:// or https://"),
            std::string::npos);
  EXPECT_NE(parse_write_url("http://me:pw@central/w").error().message.find("credentials"),
            std::string::npos);
  for (const char* bad : {"", "central:9090", "http://", "http://:9090/", "http://central:0/",
                          "http://central:65536/", "http://central:/", "http://a b:1/",
                          "http://central:1/#x", "http://central:1x/"}) {
    EXPECT_FALSE(parse_write_url(bad)) << bad;
  }
}

}  // namespace
}  // namespace pushpull
