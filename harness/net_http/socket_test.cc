#include "harness/net_http/socket.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <string>
#include <thread>

#include "harness/loop/real_loop.h"

namespace pushpull {
namespace {

using testing::Test;

constexpr Duration kSoon = Duration::milliseconds(5);
constexpr Duration kLater = Duration::minutes(1);

class SocketTest : public Test {
 protected:
  FileDescriptor connect(uint16_t port) {
    return connect_to({"127.0.0.1", port}, clock_.now() + kLater, clock_, stop_, failure_);
  }

  RealLoop clock_;
  StopSignal stop_;
  ConnectFailure failure_;
};

TEST(EndpointTest, Parses) {
  const auto check = [](std::string_view text, std::string_view host, uint16_t port) {
    const Result<Endpoint> endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_EQ(endpoint->host, host);
    EXPECT_EQ(endpoint->port, port);
  };
  check("127.0.0.1:9090", "127.0.0.1", 9090);
  check(":0", "", 0);
  check("[::1]:65535", "::1", 65535);
}

TEST(EndpointTest, RefusesWhatIsNotAnAddress) {
  for (const char* text : {"", "host", "host:", "host:65536", "host:-1", "host:1x", "::1:80"}) {
    EXPECT_FALSE(parse_endpoint(text)) << text;
  }
}

TEST_F(SocketTest, ListensOnAFreePortAndConnects) {
  const Result<FileDescriptor> listener = listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(listener) << listener.error().message;
  const Result<uint16_t> port = local_port(*listener);
  ASSERT_TRUE(port);
  EXPECT_FALSE(accept_on(*listener).has_value());
  const FileDescriptor client = connect(*port);
  ASSERT_TRUE(client.is_open()) << failure_.message;
  ASSERT_EQ(wait_for(listener->get(), POLLIN, clock_.now() + kLater, clock_, stop_), Wait::kReady);
  EXPECT_TRUE(accept_on(*listener).has_value());
}

TEST_F(SocketTest, APortInUseIsNamed) {
  const Result<FileDescriptor> first = listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(first);
  const uint16_t port = *local_port(*first);
  const Result<FileDescriptor> second = listen_on({"127.0.0.1", port});
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("127.0.0.1:" + std::to_string(port)), std::string::npos);
  EXPECT_NE(second.error().message.find("stop the process"), std::string::npos);
}

TEST_F(SocketTest, ARefusedConnectionSaysSo) {
  Result<FileDescriptor> listener = listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  const uint16_t port = *local_port(*listener);
  listener = FileDescriptor();  // the port is free again, and nobody listens
  EXPECT_FALSE(connect(port).is_open());
  EXPECT_EQ(failure_.wait, Wait::kReady);
  EXPECT_NE(failure_.message.find("refused"), std::string::npos) << failure_.message;
}

TEST_F(SocketTest, AnUnknownHostSaysSo) {
  const FileDescriptor socket =
      connect_to({"256.0.0.1.invalid", 1}, clock_.now() + kLater, clock_, stop_, failure_);
  EXPECT_FALSE(socket.is_open());
  EXPECT_NE(failure_.message.find("cannot resolve"), std::string::npos) << failure_.message;
}

TEST_F(SocketTest, WaitingEndsAtTheDeadlineAndNotBefore) {
  const Instant deadline = clock_.now() + kSoon;
  EXPECT_EQ(wait_for(-1, 0, deadline, clock_, stop_), Wait::kTimeout);
  EXPECT_GE(clock_.now(), deadline);
}

TEST_F(SocketTest, AStopEndsWaitingWithoutADeadline) {
  std::thread stopper([&] { stop_.raise(); });
  EXPECT_EQ(wait_for(-1, 0, Instant::max(), clock_, stop_), Wait::kStopped);
  stopper.join();
  // And stays raised.
  EXPECT_EQ(wait_for(-1, 0, Instant::max(), clock_, stop_), Wait::kStopped);
}

}  // namespace
}  // namespace pushpull
