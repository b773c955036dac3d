#include "harness/http_client/credentials.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/base/base64.h"
#include "harness/http_client/config_for_test.h"

namespace pushpull {
namespace {

// The header's value; "none" where there is no source.
std::string header_of(const std::string& text, const HttpClientDialect& dialect = {}) {
  const ParsedClient parsed = parse_client(text, dialect);
  EXPECT_EQ(parsed.errors, "") << text;
  const auto source = make_authorization(parsed.config);
  if (source == nullptr) return "none";
  const Result<Secret> value = source->authorization();
  return value ? value->reveal() : "error: " + value.error().message;
}

TEST(Credentials, OfBasicAuth) {
  EXPECT_EQ(header_of("basic_auth: {username: Aladdin, password: open sesame}"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617's example
  EXPECT_EQ(header_of("basic_auth: {}"), "Basic Og==");
}

TEST(Credentials, OfAnAuthorization) {
  EXPECT_EQ(header_of("bearer_token: abc"), "Bearer abc");
  EXPECT_EQ(header_of("authorization: {type: Token, credentials: abc}"), "Token abc");
  EXPECT_EQ(header_of("{}"), "none");
}

TEST(Credentials, ReleasesDifferInWhatIsEmptyOrBlank) {
  const HttpClientDialect oldest = oldest_client_dialect();
  EXPECT_EQ(header_of("authorization: {type: Token}"), "Token ");
  EXPECT_EQ(header_of("authorization: {type: Token}", oldest), "none");
  const char* blank = "basic_auth: {username: a, password: ' b '}";
  EXPECT_EQ(header_of(blank), "Basic " + base64_encode("a: b "));
  EXPECT_EQ(header_of(blank, oldest), "Basic " + base64_encode("a:b"));
}

TEST(Credentials, FilesAreReadEachTime) {
  const std::string path = testing::TempDir() + "credentials_test.password";
  const auto source = make_authorization(
      parse_client("basic_auth: {username: a, password_file: " + path + "}").config);
  std::ofstream(path) << " first\n";
  EXPECT_EQ(source->authorization()->reveal(), "Basic " + base64_encode("a:first"));
  std::ofstream(path) << "second\n\n";
  EXPECT_EQ(source->authorization()->reveal(), "Basic " + base64_encode("a:second"));
  std::filesystem::remove(path);
  ASSERT_FALSE(source->authorization());
  EXPECT_EQ(source->authorization().error().message,
            "unable to read basic auth password: unable to read file " + path +
                ": No such file or directory");
  EXPECT_EQ(header_of("authorization: {credentials_file: /nowhere/x}"),
            "error: unable to read authorization credentials: unable to read file /nowhere/x: No "
            "such file or directory");
}

TEST(Credentials, AFolderIsNoFile) {
  EXPECT_EQ(header_of("bearer_token_file: /tmp").substr(0, 6), "error:");
}

}  // namespace
}  // namespace pushpull
