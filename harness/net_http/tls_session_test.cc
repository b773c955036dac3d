// TLS over real sockets, between our two ends and against peers that are none.
#include "harness/net_http/tls_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "harness/net_http/certificates_for_test.h"
#include "harness/net_http/loopback_test.h"
#include "harness/net_http/raw_peer.h"

namespace pushpull {
namespace {

using ::testing::HasSubstr;

class TlsTest : public LoopbackTest {
 protected:
  // Instead of the plain server.
  void serve_tls(TlsServerSettings settings) {
    server_.reset();
    auto context = TlsContext::server(settings);
    ASSERT_TRUE(context) << context.error().message;
    HttpServerOptions options;
    options.tls = [context = *context] { return Result(context); };
    options.admit = [this](const Request& request) -> std::optional<Response> {
      if (!refuse_) return std::nullopt;
      return error_response(401, std::string(request.headers.get("Authorization")));
    };
    auto started = HttpServer::start(loop_, service_, "127.0.0.1:0", std::move(options));
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    endpoint_ = "127.0.0.1:" + std::to_string(server_->port());
  }
  TlsServerSettings server_settings(const std::string& names = "IP:127.0.0.1,DNS:central") {
    const CertificateText own = authority_.sign(names);
    TlsServerSettings settings;
    settings.cert = own.cert;
    settings.key = Secret(own.key);
    settings.client_ca = authority_.cert();
    return settings;
  }
  TlsSettings client_settings() {
    TlsSettings settings;
    settings.ca = authority_.cert();
    return settings;
  }
  Exchange ask(const TlsSettings& settings, const std::string& body = "hello") {
    return ask(std::make_shared<const TlsSettings>(settings), body);
  }
  Exchange ask(std::shared_ptr<const TlsSettings> settings, const std::string& body = "hello",
               Duration timeout = Duration::minutes(1)) {
    Request request = post("/echo", {nullptr, body});
    request.tls = std::move(settings);
    return exchange(std::move(request), timeout);
  }
  std::string error_of(const TlsSettings& settings) {
    const Exchange got = ask(settings);
    EXPECT_TRUE(got.failed) << got.response.status;
    return got.error.message;
  }

  TestAuthority authority_;
  bool refuse_ = false;
};

TEST_F(TlsTest, CarriesRequestsOverOneConnection) {
  serve_tls(server_settings());
  const auto settings = std::make_shared<const TlsSettings>(client_settings());
  for (int i = 0; i < 3; ++i) {
    const Exchange got = ask(settings);
    ASSERT_FALSE(got.failed) << got.error.message;
    EXPECT_EQ(got.response.body.bytes, "hello");
  }
  EXPECT_EQ(server_->connections(), 1);
}

TEST_F(TlsTest, CarriesLargeBodies) {
  serve_tls(server_settings());
  std::string body(5 << 20, 'x');
  for (size_t i = 0; i < body.size(); i += 4099) body[i] = 'y';
  const Exchange got = ask(client_settings(), body);
  ASSERT_FALSE(got.failed) << got.error.message;
  EXPECT_EQ(got.response.body.bytes, body);
  // Records cost some bytes each.
  EXPECT_GT(got.bytes_sent, static_cast<int64_t>(body.size()));
  EXPECT_LT(got.bytes_sent, static_cast<int64_t>(body.size() * 101 / 100));
}

TEST_F(TlsTest, AServerThatNobodySignedIsRefused) {
  serve_tls(server_settings());
  TlsSettings settings;
  settings.ca = TestAuthority().cert();
  EXPECT_THAT(error_of(settings), HasSubstr("failed to verify certificate"));
  settings.insecure_skip_verify = true;
  EXPECT_FALSE(ask(settings).failed);
}

TEST_F(TlsTest, TheNameMustBeAmongTheCertificates) {
  serve_tls(server_settings("DNS:central"));
  TlsSettings settings = client_settings();
  EXPECT_THAT(error_of(settings), HasSubstr("IP address mismatch"));
  settings.server_name = "leaf";
  EXPECT_THAT(error_of(settings), HasSubstr("hostname mismatch"));
  settings.server_name = "central";
  EXPECT_FALSE(ask(settings).failed);
}

TEST_F(TlsTest, VersionsMustMeet) {
  TlsServerSettings server = server_settings();
  server.min_version = TlsVersion::kTls13;
  serve_tls(server);
  TlsSettings settings = client_settings();
  settings.max_version = TlsVersion::kTls12;
  EXPECT_THAT(error_of(settings), HasSubstr("tls: "));
  settings.max_version = TlsVersion::kTls13;
  EXPECT_FALSE(ask(settings).failed);
}

TEST_F(TlsTest, ClientsShowTheirCertificateWhereItIsAsked) {
  struct Case {
    ClientAuth auth;
    bool without;
    bool foreign;
    bool own;
  };
  const Case cases[] = {{ClientAuth::kNoClientCert, true, true, true},
                        {ClientAuth::kRequestClientCert, true, true, true},
                        {ClientAuth::kRequireAnyClientCert, false, true, true},
                        {ClientAuth::kVerifyClientCertIfGiven, true, false, true},
                        {ClientAuth::kRequireAndVerifyClientCert, false, false, true}};
  const CertificateText own = authority_.sign("DNS:leaf");
  const CertificateText foreign = TestAuthority().sign("DNS:leaf");
  const auto with = [this](const CertificateText& cert) {
    TlsSettings settings = client_settings();
    settings.cert = cert.cert;
    settings.key = Secret(cert.key);
    return settings;
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(static_cast<int>(c.auth));
    TlsServerSettings server = server_settings();
    server.client_auth = c.auth;
    serve_tls(server);
    EXPECT_EQ(!ask(client_settings()).failed, c.without);
    EXPECT_EQ(!ask(with(foreign)).failed, c.foreign);
    EXPECT_EQ(!ask(with(own)).failed, c.own);
  }
}

TEST_F(TlsTest, ChangedFilesCountFromTheNextRequest) {
  serve_tls(server_settings());
  TlsSettings settings;
  settings.ca_file = testing::TempDir() + "tls_session_test.ca";
  const auto shared = std::make_shared<const TlsSettings>(settings);
  std::ofstream(settings.ca_file) << authority_.cert();
  EXPECT_FALSE(ask(shared).failed);
  EXPECT_FALSE(ask(shared).failed);
  EXPECT_EQ(server_->connections(), 1);
  std::ofstream(settings.ca_file) << TestAuthority().cert();
  EXPECT_TRUE(ask(shared).failed);
  std::ofstream(settings.ca_file) << "no certificate";
  EXPECT_THAT(ask(shared).error.message, HasSubstr("unable to use specified CA cert file "));
  std::filesystem::remove(settings.ca_file);
  EXPECT_THAT(ask(shared).error.message, HasSubstr("unable to read CA cert"));
}

TEST_F(TlsTest, PlainClientsAreToldSo) {
  serve_tls(server_settings());
  const Exchange got = exchange(post("/echo", {nullptr, "hello"}));
  // HTTP/1.0 without a length: our client takes it for no answer, others show it.
  EXPECT_TRUE(got.failed || got.response.status == 400);
}

TEST_F(TlsTest, APlainServerIsNoTlsServer) {
  EXPECT_THAT(error_of(client_settings()), HasSubstr("tls: "));
}

TEST_F(TlsTest, AServerThatSaysNothingCostsTheTimeout) {
  const FileDescriptor listener = *listen_on({"127.0.0.1", 0});
  endpoint_ = "127.0.0.1:" + std::to_string(*local_port(listener));
  const Exchange got =
      ask(std::make_shared<const TlsSettings>(client_settings()), "", Duration::milliseconds(50));
  EXPECT_EQ(got.error.kind, SendError::Kind::kTimeout) << got.error.message;
}

// A server with TLS at one end of a pair of sockets.
class TlsPeerTest : public TlsTest {
 protected:
  // What becomes of a handshake with a peer that does this.
  Connection::Failure meet(const std::function<void(RawPeer&)>& peer) {
    auto [raw, socket] = RawPeer::make_pair();
    Connection connection(std::move(socket), loop_, stop_);
    connection.set_deadline(loop_.now() + Duration::milliseconds(100));
    peer(raw);
    EXPECT_FALSE(connection.secure_as_server(*TlsContext::server(server_settings())));
    met_plain_http_ = connection.met_plain_http();
    return connection.failure();
  }

  StopSignal stop_;
  bool met_plain_http_ = false;
};

TEST_F(TlsPeerTest, GarbageEndsTheHandshake) {
  EXPECT_EQ(meet([](RawPeer& peer) { peer.write(std::string(1000, '\xff')); }),
            Connection::Failure::kClosed);
  EXPECT_EQ(meet([](RawPeer& peer) { peer.write(std::string("\x16\x03\x01\x40\x00", 5)); }),
            Connection::Failure::kTimeout)
      << "a record that never ends";
  EXPECT_EQ(meet([](RawPeer& peer) { peer.write(std::string("\x16\x03\x01\xff\xff", 5)); }),
            Connection::Failure::kClosed);
  EXPECT_EQ(meet([](RawPeer& peer) { peer.write("GET / HTTP/1.1\r\n\r\n"); }),
            Connection::Failure::kNone);
  EXPECT_TRUE(met_plain_http_);
}

TEST_F(TlsPeerTest, HangingUpEndsTheHandshake) {
  EXPECT_EQ(meet([](RawPeer& peer) { peer.close(); }), Connection::Failure::kClosed);
  EXPECT_EQ(meet([](RawPeer& peer) { peer.finish_writing(); }), Connection::Failure::kClosed);
  EXPECT_EQ(meet([](RawPeer&) {}), Connection::Failure::kTimeout);
}

TEST_F(TlsTest, TheDoorSeesRequestsFirst) {
  serve_tls(server_settings());
  refuse_ = true;
  const Exchange got = ask(client_settings());
  EXPECT_EQ(got.response.status, 401);
  EXPECT_EQ(service_.handled_on, std::thread::id());
}

// Gives what the test says.
class ScriptedSource : public AuthorizationSource {
 public:
  explicit ScriptedSource(Result<Secret> value) : value_(std::move(value)) {}
  Result<Secret> authorization() const override { return value_; }

 private:
  const Result<Secret> value_;
};

TEST_F(TlsTest, RequestsBringTheirAuthorization) {
  serve_tls(server_settings());
  refuse_ = true;
  Request request = post("/echo", {});
  request.tls = std::make_shared<const TlsSettings>(client_settings());
  request.authorization = std::make_shared<ScriptedSource>(Secret("Bearer abc"));
  EXPECT_EQ(exchange(request).response.body.bytes, "Bearer abc\n");
  request.authorization = std::make_shared<ScriptedSource>(Secret());
  EXPECT_EQ(exchange(request).response.body.bytes, "\n");
  request.authorization = std::make_shared<ScriptedSource>(Error{"no such file"});
  const Exchange got = exchange(request);
  EXPECT_TRUE(got.failed);
  EXPECT_EQ(got.error.message, "no such file");
}

}  // namespace
}  // namespace pushpull
