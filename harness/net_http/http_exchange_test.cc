#include "harness/net_http/http_exchange.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>

#include "harness/loop/real_loop.h"
#include "harness/net_http/raw_peer.h"

namespace pushpull {
namespace {

constexpr int64_t kLimit = 100'000;

class HttpExchangeTest : public testing::Test {
 protected:
  HttpExchangeTest() : HttpExchangeTest(RawPeer::make_pair()) {}

  // Sends `request` to a peer that reads its head and body and then says `answer` and no more.
  bool exchange(std::string_view answer) {
    std::thread peer([&] {
      received_ = peer_.read_until("\r\n\r\n");
      received_ += peer_.read(body_.size());
      peer_.write(answer);
      peer_.finish_writing();
    });
    const bool reusable =
        exchange_http(connection_, "central:9090", request_, body_, kLimit, exchange_);
    peer.join();
    return reusable;
  }
  void expect_error(SendError::Kind kind) {
    EXPECT_TRUE(exchange_.failed);
    EXPECT_EQ(exchange_.error.kind, kind) << exchange_.error.message;
    EXPECT_NE(exchange_.error.message.find("central:9090"), std::string::npos);
  }

  RealLoop clock_;
  StopSignal stop_;
  RawPeer peer_;
  Connection connection_;
  Request request_;
  std::string body_;
  std::string received_;
  Exchange exchange_;

 private:
  explicit HttpExchangeTest(std::pair<RawPeer, FileDescriptor> ends)
      : peer_(std::move(ends.first)), connection_(std::move(ends.second), clock_, stop_) {}
};

TEST_F(HttpExchangeTest, PutsExactlyOurHeadAndBodyOnTheWire) {
  request_.method = "POST";
  request_.path = "/api/v1/write";
  request_.query = "a=%20b";
  request_.headers = {{"User-Agent", "Prometheus/3.5.0"}, {"Content-Encoding", "snappy"}};
  body_ = std::string("\0\xff\r\n", 4);
  const std::string answer = "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n";
  EXPECT_TRUE(exchange(answer));
  EXPECT_EQ(received_,
            "POST /api/v1/write?a=%20b HTTP/1.1\r\n"
            "Host: central:9090\r\n"
            "User-Agent: Prometheus/3.5.0\r\n"
            "Content-Length: 4\r\n"
            "Content-Encoding: snappy\r\n\r\n" +
                body_);
  EXPECT_FALSE(exchange_.failed);
  EXPECT_EQ(exchange_.response.status, 204);
  EXPECT_EQ(exchange_.response.headers.get("x"), "y");
  EXPECT_EQ(exchange_.bytes_sent, static_cast<int64_t>(received_.size()));
  EXPECT_EQ(exchange_.bytes_sent, head_size(request_, "central:9090", 4) + 4);
  EXPECT_EQ(exchange_.bytes_received, static_cast<int64_t>(answer.size()));
}

TEST_F(HttpExchangeTest, AGetHasNoContentLength) {
  request_.path = "/metrics";
  EXPECT_TRUE(exchange("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
  EXPECT_EQ(received_, "GET /metrics HTTP/1.1\r\nHost: central:9090\r\n\r\n");
  EXPECT_EQ(exchange_.response.body.bytes, "hi");
}

TEST_F(HttpExchangeTest, ReadsChunksAndCountsTheirFraming) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  EXPECT_TRUE(exchange(answer));
  EXPECT_EQ(exchange_.response.body.bytes, "abcde");
  EXPECT_EQ(exchange_.bytes_received, static_cast<int64_t>(answer.size()));
}

TEST_F(HttpExchangeTest, LeavesCompressedBodiesAlone) {
  EXPECT_TRUE(
      exchange("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip"));
  EXPECT_EQ(exchange_.response.body.bytes, "not gzip");
  EXPECT_EQ(exchange_.response.headers.get("Content-Encoding"), "gzip");
}

TEST_F(HttpExchangeTest, ABodyWithoutLengthEndsWithTheConnection) {
  EXPECT_FALSE(exchange("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it"));
  EXPECT_FALSE(exchange_.failed);
  EXPECT_EQ(exchange_.response.body.bytes, "all of it");
}

TEST_F(HttpExchangeTest, HonoursConnectionClose) {
  EXPECT_FALSE(exchange("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(exchange_.failed);
}

TEST_F(HttpExchangeTest, ATruncatedBodyIsClosed) {
  EXPECT_FALSE(exchange("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"));
  expect_error(SendError::Kind::kClosed);
}

TEST_F(HttpExchangeTest, NoAnswerIsClosed) {
  EXPECT_FALSE(exchange(""));
  expect_error(SendError::Kind::kClosed);
}

TEST_F(HttpExchangeTest, AnotherProtocolIsMalformed) {
  EXPECT_FALSE(exchange("SSH-2.0-OpenSSH_9.2\r\n"));
  expect_error(SendError::Kind::kMalformed);
}

TEST_F(HttpExchangeTest, AClaimAboveTheLimitIsRefusedBeforeItIsRead) {
  EXPECT_FALSE(exchange("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx"));
  expect_error(SendError::Kind::kMalformed);
}

TEST_F(HttpExchangeTest, ChunksAboveTheLimitAreRefused) {
  const std::string chunk = "fff0\r\n" + std::string(0xfff0, 'x') + "\r\n";  // 65 520 bytes
  EXPECT_FALSE(exchange("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk));
  expect_error(SendError::Kind::kMalformed);
}

TEST_F(HttpExchangeTest, ADeadlineEndsIt) {
  connection_.set_deadline(clock_.now() + Duration::milliseconds(5));
  EXPECT_FALSE(exchange_http(connection_, "central:9090", request_, body_, kLimit, exchange_));
  expect_error(SendError::Kind::kTimeout);
}

}  // namespace
}  // namespace pushpull
