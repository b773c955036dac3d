#include "harness/roles/web_gate.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/base/base64.h"
#include "harness/net_http/certificates_for_test.h"

namespace pushpull {
namespace {

constexpr const char* kHash = "$2y$04$eImiTXuWVxfM37uY4JANjOGsUXZ9lgxO08.Xl3PMrPktkpq9acsJi";

class WebGateTest : public testing::Test {
 protected:
  WebGateTest() { std::filesystem::create_directories(folder_); }
  ~WebGateTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name) << text;
    // Two versions of a file may be of one size and of one tick of the file system's clock.
    std::filesystem::last_write_time(
        folder_ + "/" + name,
        std::filesystem::file_time_type::clock::time_point(std::chrono::seconds(++versions_)));
  }
  void open(const std::string& text) {
    write("web.yml", text);
    Result<std::unique_ptr<WebGate>> gate = WebGate::open(folder_ + "/web.yml");
    ASSERT_TRUE(gate) << gate.error().message;
    gate_ = std::move(*gate);
  }
  // 0 where the request may come in.
  int ask(const std::string& authorization) {
    Request request;
    if (!authorization.empty()) request.headers = {{"authorization", authorization}};
    const std::optional<Response> refused = gate_->admit(request);
    return refused ? refused->status : 0;
  }
  static std::string basic(const std::string& user, const std::string& password) {
    return "Basic " + base64_encode(user + ":" + password);
  }

  const std::string folder_ = testing::TempDir() + "web_gate_test." +
                              testing::UnitTest::GetInstance()->current_test_info()->name();
  int versions_ = 0;
  std::unique_ptr<WebGate> gate_;
};

const std::string kUsers = std::string("basic_auth_users: {me: '") + kHash + "'}\n";

TEST_F(WebGateTest, WithoutUsersAllMayComeIn) {
  open("");
  EXPECT_EQ(ask(""), 0);
  EXPECT_EQ(ask("Basic nonsense"), 0);
  EXPECT_FALSE(gate_->server_options().tls);
}

TEST_F(WebGateTest, UsersNeedTheirPassword) {
  open(kUsers);
  EXPECT_EQ(ask(""), 401);
  EXPECT_EQ(ask(basic("me", "hunter2")), 0);
  EXPECT_EQ(ask(basic("me", "hunter2")), 0) << "remembered";
  EXPECT_EQ(ask(basic("me", "hunter3")), 401);
  EXPECT_EQ(ask(basic("me", "hunter3")), 401) << "remembered";
  EXPECT_EQ(ask(basic("you", "hunter2")), 401);
  EXPECT_EQ(ask(basic("you", "nobody's password")), 401);
  EXPECT_EQ(ask("Bearer hunter2"), 401);
}

TEST_F(WebGateTest, TokensOpenToo) {
  open(kUsers + "bearer_tokens: {leaf-0: abc}\n");
  EXPECT_EQ(ask("Bearer abc"), 0);
  EXPECT_EQ(ask("Bearer abd"), 401);
  EXPECT_EQ(ask(basic("me", "hunter2")), 0);
  open("bearer_tokens: {leaf-0: abc}\n");
  EXPECT_EQ(ask("Bearer abc"), 0);
  EXPECT_EQ(ask(basic("me", "hunter2")), 401);
}

TEST_F(WebGateTest, ForgetsWhatItComparedWhenThereIsTooMuch) {
  open(kUsers);
  for (int i = 0; i < 120; ++i) EXPECT_EQ(ask(basic("me", std::to_string(i))), 401);
  EXPECT_EQ(ask(basic("me", "hunter2")), 0);
}

TEST_F(WebGateTest, AChangedFileCountsFromTheNextRequest) {
  open(kUsers);
  EXPECT_EQ(ask(""), 401);
  write("web.yml", "bearer_tokens: {a: b}\n");
  EXPECT_EQ(ask(basic("me", "hunter2")), 401);
  EXPECT_EQ(ask("Bearer b"), 0);
  write("web.yml", "bearer_token: 1\n");
  EXPECT_EQ(ask("Bearer b"), 500);
  write("web.yml", "");
  EXPECT_EQ(ask(""), 0);
  std::filesystem::remove(folder_ + "/web.yml");
  EXPECT_EQ(ask(""), 500);
}

TEST_F(WebGateTest, CertificatesAreReadAnew) {
  const TestAuthority authority;
  const auto renew = [&] {
    const CertificateText made = authority.sign("DNS:central");
    write("server.crt", made.cert);
    write("server.key", made.key);
  };
  renew();
  open("tls_server_config: {cert_file: server.crt, key_file: server.key}\n");
  ASSERT_TRUE(gate_->server_options().tls);
  const auto first = gate_->tls();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(*gate_->tls(), *first);
  renew();
  ASSERT_TRUE(gate_->tls());
  EXPECT_NE(*gate_->tls(), *first);
  write("server.key", "");
  EXPECT_FALSE(gate_->tls());
}

}  // namespace
}  // namespace pushpull
