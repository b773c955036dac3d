#include "harness/http_client/tls_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/http_client/config_for_test.h"

namespace pushpull {
namespace {

using ::testing::HasSubstr;

ParsedClient parse_tls(const std::string& text, const HttpClientDialect& dialect = {}) {
  return parse_client("tls_config: " + text, dialect);
}

TEST(TlsConfigTest, ReadsEveryKey) {
  const ParsedClient p = parse_tls(
      "{ca_file: a, cert_file: b, key_file: c, server_name: d, insecure_skip_verify: true, "
      "min_version: TLS11, max_version: TLS13}");
  EXPECT_EQ(p.errors, "");
  TlsSettings expected;
  expected.ca_file = "a";
  expected.cert_file = "b";
  expected.key_file = "c";
  expected.server_name = "d";
  expected.insecure_skip_verify = true;
  expected.min_version = TlsVersion::kTls11;
  expected.max_version = TlsVersion::kTls13;
  EXPECT_EQ(p.config.tls_config.settings, expected);
  const TlsSettings text = parse_tls("{ca: a, cert: b, key: c}").config.tls_config.settings;
  EXPECT_EQ(text.ca + text.cert + text.key.reveal(), "abc");
}

TEST(TlsConfigTest, SpeaksAsPrometheusDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"{ca: a, ca_file: b}", "at most one of ca, ca_file & ca_ref must be configured"},
      {"{cert: a, cert_file: b, key: c}", "at most one of cert, cert_file & cert_ref must be"},
      {"{key: a, key_file: b, cert: c}", "at most one of key and key_file must be configured"},
      {"{cert: a}",
       "exactly one of key or key_file must be configured when a client certificate is "
       "configured"},
      {"{key_file: a}",
       "exactly one of cert or cert_file must be configured when a client key is "
       "configured"},
      {"{min_version: TLS14}", "unknown TLS version: TLS14"},
      {"{max_version: ''}", "unknown TLS version: "},
      {"{min_version: TLS13, max_version: TLS12}",
       "tls_config.max_version must be greater than or equal to tls_config.min_version if both are "
       "specified"},
  };
  for (const auto& [text, error] : cases) EXPECT_THAT(parse_tls(text).errors, HasSubstr(error));
}

TEST(TlsConfigTest, EarlierReleasesKnowLess) {
  HttpClientDialect before_references;
  before_references.knows_references = false;
  EXPECT_THAT(parse_tls("{ca: a, ca_file: b}", before_references).errors,
              HasSubstr("at most one of ca and ca_file must be configured"));
  const HttpClientDialect oldest = oldest_client_dialect();
  EXPECT_THAT(parse_tls("{ca: a}", oldest).errors, HasSubstr("came with Prometheus 2.45"));
  EXPECT_THAT(parse_tls("{cert_file: a}", oldest).errors,
              HasSubstr("client cert file \"a\" specified without client key file"));
  EXPECT_THAT(parse_tls("{key_file: a}", oldest).errors,
              HasSubstr("client key file \"a\" specified without client cert file"));
  EXPECT_EQ(parse_tls("{cert_file: a, key_file: b, ca_file: c}", oldest).errors, "");
}

TEST(TlsConfigTest, RelativeFilesAreMeantFromTheFolder) {
  EXPECT_EQ(resolve_file("a/b", "/etc"), "/etc/a/b");
  EXPECT_EQ(resolve_file("/a/b", "/etc"), "/a/b");
  EXPECT_EQ(resolve_file("a", ""), "a");
  EXPECT_EQ(resolve_file("", "/etc"), "");
}

}  // namespace
}  // namespace pushpull
