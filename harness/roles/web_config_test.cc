#include "harness/roles/web_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/net_http/certificates_for_test.h"

namespace pushpull {
namespace {

using ::testing::HasSubstr;

constexpr const char* kHash = "$2y$04$eImiTXuWVxfM37uY4JANjOGsUXZ9lgxO08.Xl3PMrPktkpq9acsJi";

class WebConfigTest : public testing::Test {
 protected:
  WebConfigTest() {
    std::filesystem::create_directories(folder_);
    const CertificateText server = authority_.sign("DNS:central");
    write("server.crt", server.cert);
    write("server.key", server.key);
    write("ca.crt", authority_.cert());
  }
  ~WebConfigTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
  }
  Result<WebConfig> load(const std::string& text) const {
    write("web.yml", text);
    return load_web_config(folder_ + "/web.yml");
  }
  std::string error_of(const std::string& text) const {
    const Result<WebConfig> loaded = load(text);
    return loaded ? "" : loaded.error().message;
  }

  const std::string folder_ = testing::TempDir() + "web_config_test." +
                              testing::UnitTest::GetInstance()->current_test_info()->name();
  TestAuthority authority_;
};

TEST_F(WebConfigTest, MayBeEmpty) {
  const Result<WebConfig> loaded = load("");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_FALSE(loaded->tls.enabled());
  EXPECT_FALSE(loaded->wants_authorization());
}

TEST_F(WebConfigTest, ReadsUsersTokensAndTls) {
  const Result<WebConfig> loaded = load(
      "tls_server_config: {cert_file: server.crt, key_file: server.key, client_ca_file: ca.crt,\n"
      "  client_auth_type: RequireAndVerifyClientCert, min_version: TLS13}\n"
      "http_server_config: {http2: false}\n"
      "basic_auth_users: {me: '" +
      std::string(kHash) + "'}\nbearer_tokens: {leaf-0: abc}\n");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->users.at(0).second, Secret(kHash));
  EXPECT_EQ(loaded->bearer_tokens.at(0).first, "leaf-0");
  const Result<TlsServerSettings> settings = tls_server_settings(loaded->tls);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->client_ca, authority_.cert());
  EXPECT_EQ(settings->client_auth, ClientAuth::kRequireAndVerifyClientCert);
  EXPECT_EQ(settings->min_version, TlsVersion::kTls13);
}

// In the words of exporter-toolkit.
TEST_F(WebConfigTest, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"tls_server_config: {cert_file: server.crt}", "missing one of key or key_file"},
      {"tls_server_config: {key_file: server.key}", "missing one of cert or cert_file"},
      {"tls_server_config: {cert_file: none, key_file: server.key}", "failed to read cert_file ("},
      {"tls_server_config: {cert_file: ca.crt, key_file: server.key}",
       "failed to load X509KeyPair: private key does not match public key"},
      {"tls_server_config: {cert_file: server.crt, key_file: server.key, client_auth_type: No}",
       "Invalid ClientAuth: No"},
      {"tls_server_config: {cert_file: server.crt, key_file: server.key, client_ca_file: ca.crt}",
       "Client CA's have been configured without a Client Auth Policy"},
      {"tls_server_config: {min_version: SSL3}", "unknown TLS version: SSL3"},
      {"tls_server_config: {client_allowed_sans: [a]}", "names of clients are not looked at"},
      {"basic_auth_users: {me: hunter2}", "basic_auth_users.me: not a bcrypt hash"},
      {"bearer_tokens: {a: ''}", "an empty token would let everybody in"},
      {"basic_auth_user: {}", "did you mean 'basic_auth_users'?"},
  };
  for (const auto& [text, error] : cases) EXPECT_THAT(error_of(text), HasSubstr(error)) << text;
  EXPECT_THAT(load_web_config("/nowhere/web.yml").error().message, HasSubstr("/nowhere/web.yml"));
}

TEST_F(WebConfigTest, NoErrorShowsASecret) {
  for (const char* text : {"basic_auth_users: {me: hunter2}", "basic_auth_users:\n  me: hunter2",
                           "bearer_tokens: {a: [hunter2]}", "bearer_tokenz: {a: hunter2}"}) {
    EXPECT_NE(error_of(text), "");
    EXPECT_EQ(error_of(text).find("hunter2"), std::string::npos) << error_of(text);
  }
}

}  // namespace
}  // namespace pushpull
