#include "harness/net_http/tls_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <vector>

#include "harness/net_http/certificates_for_test.h"

namespace pushpull {
namespace {

using ::testing::HasSubstr;

class TlsContextTest : public testing::Test {
 protected:
  std::string client_error(const TlsSettings& settings) {
    const Result<TlsMaterial> material = read_tls_material(settings);
    if (!material) return material.error().message;
    const auto made = TlsContext::client(settings, *material);
    return made ? "" : made.error().message;
  }
  std::string server_error(const std::string& cert, const std::string& key) {
    TlsServerSettings settings;
    settings.cert = cert;
    settings.key = Secret(key);
    const auto made = TlsContext::server(settings);
    return made ? "" : made.error().message;
  }

  TestAuthority authority_;
  CertificateText one_ = authority_.sign("DNS:one");
  CertificateText other_ = authority_.sign("DNS:other");
};

TEST_F(TlsContextTest, ClientsNeedNothing) { EXPECT_EQ(client_error({}), ""); }

TEST_F(TlsContextTest, ClientsSayWhatIsWrong) {
  TlsSettings settings;
  settings.ca = "nothing";
  EXPECT_EQ(client_error(settings), "unable to use specified CA cert <inline>");
  settings.ca = "";
  settings.ca_file = "/nowhere/ca";
  EXPECT_EQ(client_error(settings),
            "unable to read CA cert: unable to read file /nowhere/ca: No such file or directory");
  settings = {};
  settings.cert = one_.cert;
  settings.key = Secret(other_.key);
  EXPECT_EQ(client_error(settings),
            "unable to use specified client cert (<inline>) & key (<inline>): private key does not "
            "match public key");
}

TEST_F(TlsContextTest, ServersSayWhatIsWrong) {
  EXPECT_EQ(server_error(one_.cert, one_.key), "");
  EXPECT_EQ(server_error(one_.cert + authority_.cert(), one_.key), "") << "with its issuer";
  EXPECT_THAT(server_error(one_.cert, other_.key), HasSubstr("does not match"));
  EXPECT_THAT(server_error("", one_.key), HasSubstr("certificate input"));
  EXPECT_THAT(server_error(one_.cert, one_.cert), HasSubstr("key input"));
}

// The protocol that a server agrees on with a client who offers these; each has its length in
// front.
std::string agreed_protocol(const TlsContext& server, const TlsContext& client,
                            const std::string& offered) {
  SSL* const ends[] = {SSL_new(server.get()), SSL_new(client.get())};
  BIO* pipes[] = {nullptr, nullptr};
  EXPECT_EQ(BIO_new_bio_pair(&pipes[0], 0, &pipes[1], 0), 1);
  for (int i = 0; i < 2; ++i) SSL_set_bio(ends[i], pipes[i], pipes[i]);
  SSL_set_accept_state(ends[0]);
  SSL_set_connect_state(ends[1]);
  std::vector<unsigned char> protocols(offered.begin(), offered.end());
  SSL_set_alpn_protos(ends[1], protocols.data(), static_cast<unsigned>(protocols.size()));
  for (int round = 0; round < 10; ++round) {
    for (SSL* end : {ends[1], ends[0]}) SSL_do_handshake(end);
  }
  EXPECT_EQ(SSL_is_init_finished(ends[1]), 1) << tls_error_text();
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ends[1], &chosen, &size);
  const std::string protocol(chosen, chosen + size);
  for (SSL* end : ends) SSL_free(end);
  return protocol;
}

TEST_F(TlsContextTest, ServersSpeakHttp11WhateverElseIsOffered) {
  TlsServerSettings settings;
  settings.cert = one_.cert;
  settings.key = Secret(one_.key);
  const auto server = TlsContext::server(settings);
  TlsSettings trusting;
  trusting.ca = authority_.cert();
  const auto client = TlsContext::client(trusting, *read_tls_material(trusting));
  ASSERT_TRUE(server && client);
  const std::string http2("\x02h2");
  const std::string http11("\x08http/1.1");
  EXPECT_EQ(agreed_protocol(**server, **client, http2 + http11), "http/1.1");
  EXPECT_EQ(agreed_protocol(**server, **client, http11), "http/1.1");
  EXPECT_EQ(agreed_protocol(**server, **client, http2), "");
}

TEST_F(TlsContextTest, NoErrorShowsAKey) {
  const std::string hidden = one_.key.substr(40, 20);
  for (const std::string& cert : {std::string("x"), one_.key, other_.cert}) {
    EXPECT_EQ(server_error(cert, one_.key).find(hidden), std::string::npos);
  }
}

}  // namespace
}  // namespace pushpull
