#include "harness/roles/web_auth.h"

#include <gtest/gtest.h>

#include "harness/base/base64.h"

namespace pushpull {
namespace {

// Of "hunter2", by htpasswd's algorithm at its least cost.
const Secret kHash("$2y$04$eImiTXuWVxfM37uY4JANjOGsUXZ9lgxO08.Xl3PMrPktkpq9acsJi");

TEST(WebAuth, ReadsBasicAsGoDoes) {
  const auto read = [](const std::string& header) -> std::string {
    const auto found = parse_basic(header);
    return found ? found->user + "|" + found->password.reveal() : "none";
  };
  EXPECT_EQ(read("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), "Aladdin|open sesame");
  EXPECT_EQ(read("bASIC " + base64_encode("a:b:c")), "a|b:c");
  EXPECT_EQ(read("Basic " + base64_encode(":")), "|");
  for (const std::string& none :
       {std::string(), std::string("Basic"), std::string("Basic !"),
        "Basic " + base64_encode("no colon"), "Basic" + base64_encode("a:b"),
        "Bearer " + base64_encode("a:b"), "Basic  " + base64_encode("a:b")}) {
    EXPECT_EQ(read(none), "none") << none;
  }
}

TEST(WebAuth, ReadsBearer) {
  EXPECT_EQ(parse_bearer("Bearer abc"), Secret("abc"));
  EXPECT_EQ(parse_bearer("bearer abc"), Secret("abc"));
  EXPECT_EQ(parse_bearer("Bearerabc"), std::nullopt);
  EXPECT_EQ(parse_bearer("Basic abc"), std::nullopt);
}

TEST(WebAuth, ComparesPasswords) {
  EXPECT_TRUE(password_matches(kHash, Secret("hunter2")));
  EXPECT_FALSE(password_matches(kHash, Secret("hunter3")));
  EXPECT_FALSE(password_matches(kHash, Secret("")));
  EXPECT_FALSE(password_matches(kHash, Secret(std::string("hunter2\0more", 12))));
  EXPECT_FALSE(password_matches(Secret("hunter2"), Secret("hunter2"))) << "not a hash";
  EXPECT_TRUE(check_password_hash(hash_of_nobody()));
}

TEST(WebAuth, KnowsAHashWhenItSeesOne) {
  EXPECT_TRUE(check_password_hash(kHash));
  std::string text = kHash.reveal();
  text[2] = 'a';
  EXPECT_TRUE(check_password_hash(Secret(text)));
  text[5] = '3';
  EXPECT_FALSE(check_password_hash(Secret(text))) << "cost 3";
  for (const std::string& bad : {std::string("hunter2"), std::string(), text.substr(1), text + "x",
                                 "$1$" + text.substr(3), text.substr(0, 59) + "!"}) {
    EXPECT_FALSE(check_password_hash(Secret(bad))) << bad;
  }
}

TEST(WebAuth, KnowsTokens) {
  WebConfig config;
  EXPECT_FALSE(token_is_known(config, Secret("")));
  config.bearer_tokens = {{"leaf-0", Secret("abc")}, {"leaf-1", Secret("defg")}};
  EXPECT_TRUE(token_is_known(config, Secret("abc")));
  EXPECT_TRUE(token_is_known(config, Secret("defg")));
  for (const char* foreign : {"", "ab", "abcd", "abd"}) {
    EXPECT_FALSE(token_is_known(config, Secret(foreign))) << foreign;
  }
}

TEST(WebAuth, SaysWhatItWants) {
  WebConfig config;
  EXPECT_EQ(unauthorized(config).headers.get("WWW-Authenticate"), "Bearer");
  config.users = {{"me", kHash}};
  const Response refused = unauthorized(config);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.headers.get("WWW-Authenticate"), "Basic");
  EXPECT_EQ(refused.headers.get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(refused.body.bytes, "Unauthorized\n");
}

}  // namespace
}  // namespace pushpull
