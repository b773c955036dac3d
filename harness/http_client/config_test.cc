#include "harness/http_client/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/http_client/config_for_test.h"
#include "harness/yaml/dumper.h"

namespace pushpull {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(HttpClientConfig, ReadsBasicAuth) {
  const ParsedClient p =
      parse_client("basic_auth: {username_file: u, password_file: p}\nbearer_token_file: ''\n");
  EXPECT_EQ(p.errors, "");
  ASSERT_TRUE(p.config.basic_auth);
  EXPECT_EQ(p.config.basic_auth->username_file, "u");
  EXPECT_EQ(p.config.basic_auth->password_file, "p");
  EXPECT_FALSE(p.config.authorization);
  EXPECT_EQ(parse_client("basic_auth: {username: u, password: p}").config.basic_auth->password,
            Secret("p"));
  EXPECT_EQ(parse_client("basic_auth: {}").errors, "") << "nothing is needed";
}

TEST(HttpClientConfig, ReadsAuthorization) {
  const ParsedClient p = parse_client("authorization: {type: ' Token ', credentials: abc}\n");
  EXPECT_EQ(p.errors, "");
  EXPECT_EQ(p.config.authorization, (Authorization{"Token", Secret("abc"), ""}));
  EXPECT_EQ(parse_client("authorization: {credentials_file: f}").config.authorization,
            (Authorization{"Bearer", Secret(), "f"}));
}

TEST(HttpClientConfig, OldTokensBecomeAnAuthorization) {
  EXPECT_EQ(parse_client("bearer_token: abc").config.authorization,
            (Authorization{"Bearer", Secret("abc"), ""}));
  EXPECT_EQ(parse_client("bearer_token_file: f").config.authorization,
            (Authorization{"Bearer", Secret(), "f"}));
  EXPECT_FALSE(parse_client("{}").config.authorization);
}

// Each mistake in the words of Prometheus (common/config).
TEST(HttpClientConfig, SpeaksAsPrometheusDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"{bearer_token: a, bearer_token_file: b}",
       "at most one of bearer_token & bearer_token_file must be configured"},
      {"{basic_auth: {}, bearer_token: a}",
       "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured"},
      {"{authorization: {credentials: a}, bearer_token_file: a}",
       "authorization is not compatible with bearer_token & bearer_token_file"},
      {"{basic_auth: {}, authorization: {credentials: a}}",
       "at most one of basic_auth, oauth2 & authorization must be configured"},
      {"authorization: {credentials: a, credentials_file: b}",
       "at most one of authorization credentials & credentials_file must be configured"},
      {"authorization: {type: bASIC, credentials: a}",
       "authorization type cannot be set to \"basic\", use \"basic_auth\" instead"},
      {"basic_auth: {username: a, username_file: b}",
       "at most one of basic_auth username, username_file & username_ref must be configured"},
      {"basic_auth: {password: a, password_file: b}",
       "at most one of basic_auth password, password_file & password_ref must be configured"},
  };
  for (const auto& [text, error] : cases) {
    EXPECT_THAT(parse_client(text).errors, HasSubstr(error)) << text;
  }
  EXPECT_THAT(
      parse_client("basic_auth: {password: a, password_file: b}", oldest_client_dialect()).errors,
      EndsWith("at most one of basic_auth password & password_file must be configured"));
  EXPECT_THAT(parse_client("basic_auth: {username_file: a}", oldest_client_dialect()).errors,
              HasSubstr("came with Prometheus 2.49"));
}

TEST(HttpClientConfig, RefusesWhatItDoesNot) {
  for (const char* key : {"oauth2", "sigv4", "azuread", "google_iam"}) {
    EXPECT_THAT(
        parse_client(std::string(key) + ": {}").errors,
        HasSubstr(std::string(key) + ": is not supported: use basic_auth or authorization"));
  }
  EXPECT_THAT(parse_client("proxy_url: http://a/").errors, HasSubstr("proxies"));
  EXPECT_THAT(parse_client("basic_auth: {password_ref: a}").errors, HasSubstr("secret manager"));
}

TEST(HttpClientConfig, NoErrorShowsASecret) {
  for (const char* text :
       {"{basic_auth: {password: hunter2, password_file: b}}",
        "bearer_token: hunter2\nbearer_token_file: b\nx: 1", "basic_auth: {passwort: hunter2}",
        "authorization:\n  credentials: hunter2\n  credentials_file: b",
        "oauth2: {client_secret: hunter2}"}) {
    const std::string errors = parse_client(text).errors;
    EXPECT_NE(errors, "") << text;
    EXPECT_EQ(errors.find("hunter2"), std::string::npos) << errors;
  }
}

std::string dumped(const char* text, yaml::Dumper::Secrets secrets) {
  auto out = nlohmann::ordered_json::object();
  yaml::Dumper dumper(out, secrets);
  ClientEntry entry{parse_client(text).config};
  bind(dumper, entry);
  return yaml::to_yaml(out);
}

TEST(HttpClientConfig, DumpsHideSecretsUnlessAProcessNeedsThem) {
  const char* text =
      "basic_auth: {username: me, password: hunter2}\ntls_config: {key: k, cert: c}\n";
  const std::string hidden = dumped(text, yaml::Dumper::Secrets::kHidden);
  EXPECT_THAT(hidden, HasSubstr("password: \"<secret>\""));
  EXPECT_THAT(hidden, HasSubstr("key: \"<secret>\""));
  EXPECT_EQ(hidden.find("hunter2"), std::string::npos);
  const std::string revealed = dumped(text, yaml::Dumper::Secrets::kRevealed);
  EXPECT_EQ(parse_client(revealed).config.basic_auth->password, Secret("hunter2"));
  EXPECT_EQ(parse_client(revealed).config.tls_config.settings,
            parse_client(text).config.tls_config.settings);
}

TEST(HttpClientConfig, DumpsLeaveOutWhatIsNotThere) {
  EXPECT_EQ(dumped("{}", yaml::Dumper::Secrets::kHidden), "");
  EXPECT_EQ(dumped("basic_auth: {password_file: p}", yaml::Dumper::Secrets::kHidden),
            "basic_auth:\n  password_file: p\n");
}

TEST(HttpClientConfig, FilesAreMeantFromTheFolder) {
  HttpClientConfig config =
      parse_client("basic_auth: {password_file: p, username_file: /u}\ntls_config: {ca_file: c}")
          .config;
  resolve_files(config, "/etc/x");
  EXPECT_EQ(config.basic_auth->password_file, "/etc/x/p");
  EXPECT_EQ(config.basic_auth->username_file, "/u");
  EXPECT_EQ(config.tls_config.settings.ca_file, "/etc/x/c");
  EXPECT_EQ(config.tls_config.settings.cert_file, "");
}

}  // namespace
}  // namespace pushpull
