// TLS and credentials between ours and the real servers, and the same questions to both.
#include <gmock/gmock.h>

#include <algorithm>

#include "harness/net_http/raw_peer.h"
#include "harness/net_http/socket.h"
#include "harness/run/secure_fixture.h"

namespace pushpull {
namespace {

class RealSecureTest : public SecureTest, public testing::WithParamInterface<const char*> {
 protected:
  RealSecureTest() {
    const std::vector<uint16_t> ports = *free_ports(4);
    const auto at = [&](size_t i) { return "127.0.0.1:" + std::to_string(ports[i]); };
    central_ = at(0);
    leaf_ = at(1);
    target_ = at(2);
    other_ = at(3);
  }

  // What of an answer is not the moment's: status, headers but for the date, body.
  std::string told(const std::string& endpoint, const std::string& path,
                   const std::string& authorization) {
    const Exchange got = get(endpoint, path, "", authorization, tls_);
    if (got.failed) return got.error.message;
    std::vector<std::string> lines;
    for (const Header& header : got.response.headers) {
      if (header.name != "Date") lines.push_back(header.name + ": " + header.value + "\n");
    }
    std::ranges::sort(lines);
    std::string text = std::to_string(got.response.status) + "\n";
    for (const std::string& line : lines) text += line;
    return text + got.response.body.bytes;
  }
  // All that comes back for these bytes, without TLS.
  std::string raw_answer(const std::string& endpoint, std::string_view bytes) {
    const StopSignal stop;
    ConnectFailure failure;
    FileDescriptor socket =
        connect_to(*parse_endpoint(endpoint), Instant::max(), loop_, stop, failure);
    EXPECT_TRUE(socket.is_open()) << failure.message;
    EXPECT_EQ(::fcntl(socket.get(), F_SETFL, 0), 0);
    RawPeer peer(std::move(socket));
    peer.write(bytes);
    return peer.read_to_end();
  }

  std::string central_;
  std::string leaf_;
  std::string target_;
  std::string other_;
};

constexpr const char* kEntry =
    "  basic_auth: {username: me, password_file: password}\n  tls_config: {ca_file: ca.crt}\n";

TEST_P(RealSecureTest, OurSenderReachesTheRealReceiver) {
  write("password", std::string(kPassword) + "\n");
  const auto central = start_central(central_, web_config(users()), GetParam());
  ASSERT_TRUE(await_up(central_, basic("me", kPassword), tls_));
  const auto leaf = start_leaf(leaf_, target_, central_, kEntry);
  EXPECT_TRUE(await([&] { return has_arrived(central_, basic("me", kPassword), tls_); }));
  EXPECT_EQ(metric(leaf_, "prometheus_remote_storage_samples_failed_total"), 0);
}

TEST_P(RealSecureTest, TheRealSenderReachesOurReceiver) {
  write("password", std::string(kPassword) + "\n");
  const auto central = start_central(central_, web_config(users()));
  ASSERT_TRUE(await_up(central_, basic("me", kPassword), tls_));
  const auto leaf = start_leaf(leaf_, target_, central_, kEntry, GetParam());
  EXPECT_TRUE(await([&] { return has_arrived(central_, basic("me", kPassword), tls_); }));
  EXPECT_EQ(metric(leaf_, "prometheus_remote_storage_samples_failed_total"), 0);
}

TEST_P(RealSecureTest, BothLoseTheBatchToAWrongPassword) {
  write("password", "hunter3\n");
  const auto central = start_central(central_, web_config(users()));
  ASSERT_TRUE(await_up(central_, basic("me", kPassword), tls_));
  const auto leaf = start_leaf(leaf_, target_, central_, kEntry, GetParam());
  EXPECT_TRUE(
      await([&] { return metric(leaf_, "prometheus_remote_storage_samples_failed_total") > 0; }));
  EXPECT_EQ(metric(leaf_, "prometheus_remote_storage_samples_retried_total"), 0);
  std::filesystem::remove(folder() + "/password");
  EXPECT_TRUE(await([&] {
    return metric(leaf_, "prometheus_remote_storage_samples_retried_total") > 0;
  })) << "a file that cannot be read is retried";
}

TEST_P(RealSecureTest, BothRefuseAlike) {
  const std::string web = web_config(users());
  const auto theirs = start_central(central_, web, GetParam());
  const auto ours =
      start_prometheus("ours", "", other_, "global: {}\n",
                       {"--web.enable-remote-write-receiver", "--web.config.file=" + web});
  const std::string right = basic("me", kPassword);
  ASSERT_TRUE(await_up(central_, right, tls_));
  ASSERT_TRUE(await_up(other_, right, tls_));
  const std::string refusals[] = {
      "",
      basic("me", "hunter3"),
      basic("me", ""),
      basic("you", kPassword),
      basic("", ""),
      "Basic",
      "Basic !!!",
      "Basic " + base64_encode("no colon"),
      "Bearer " + std::string(kPassword),
      right.substr(0, right.size() - 1),
  };
  for (const char* path : {"/-/healthy", "/metrics", "/api/v1/write", "/nowhere"}) {
    for (const std::string& refused : refusals) {
      const std::string expected = told(central_, path, refused);
      EXPECT_TRUE(expected.starts_with("401\n")) << expected;
      EXPECT_EQ(told(other_, path, refused), expected) << path << " " << refused;
    }
  }
  for (const std::string& taken : {right, "bASIC" + right.substr(5)}) {
    EXPECT_TRUE(told(central_, "/-/healthy", taken).starts_with("200\n"));
    EXPECT_TRUE(told(other_, "/-/healthy", taken).starts_with("200\n"));
  }
  for (const std::string_view bytes :
       {std::string_view("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        std::string_view("POST /api/v1/write HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")}) {
    const std::string expected = raw_answer(central_, bytes);
    EXPECT_NE(expected, "");
    EXPECT_EQ(raw_answer(other_, bytes), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Real, RealSecureTest, testing::Values("prometheus-2.42", "prometheus-3.5"),
                         release_name);

}  // namespace
}  // namespace pushpull
