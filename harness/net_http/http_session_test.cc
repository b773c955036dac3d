#include "harness/net_http/http_session.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "harness/loop/real_loop.h"
#include "harness/net/http_head.h"
#include "harness/net_http/raw_peer.h"

namespace pushpull {
namespace {

// The session runs on its own thread; the test is the client, byte by byte.
class HttpSessionTest : public testing::Test {
 protected:
  HttpSessionTest() : HttpSessionTest(RawPeer::make_pair()) {}
  ~HttpSessionTest() override { finish(); }

  // Ends the client's stream and waits for the session.
  void finish() {
    peer_.finish_writing();
    if (server_.joinable()) server_.join();
  }
  void start() {
    server_ = std::thread([this, end = std::move(end_)]() mutable {
      Connection connection(std::move(end), clock_, stop_);
      serve_http(connection, clock_, options_, [this](Request request) {
        requests_.push_back(std::move(request));
        return answer_;
      });
    });
  }
  // What a client gets for `bytes` until the session hangs up.
  std::string talk(std::string_view bytes) {
    start();
    peer_.write(bytes);
    peer_.finish_writing();
    std::string got = peer_.read_to_end();
    finish();
    return got;
  }

  RealLoop clock_;
  StopSignal stop_;
  HttpSessionOptions options_;
  std::optional<Response> answer_ = Response();
  std::vector<Request> requests_;  // read after finish()
  RawPeer peer_;

 private:
  explicit HttpSessionTest(std::pair<RawPeer, FileDescriptor> ends)
      : peer_(std::move(ends.first)), end_(std::move(ends.second)) {}

  FileDescriptor end_;
  std::thread server_;
};

TEST_F(HttpSessionTest, HandsOverWhatTheSenderWrote) {
  talk(
      "POST /api/v1/write?x=%31 HTTP/1.1\r\nHost: h:1\r\nContent-Encoding: gzip\r\n"
      "Content-Type: multipart/form-data\r\nAccept-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc");
  ASSERT_EQ(requests_.size(), 1u);
  const Request& request = requests_[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/api/v1/write");
  EXPECT_EQ(request.query, "x=%31");
  EXPECT_EQ(request.body.bytes, "abc");
  EXPECT_EQ(std::distance(request.headers.begin(), request.headers.end()), 3);
  EXPECT_EQ(request.headers.get("Content-Encoding"), "gzip");
  EXPECT_EQ(request.headers.get("Content-Type"), "multipart/form-data");
  EXPECT_EQ(request.headers.get("Accept-Encoding"), "gzip");
}

TEST_F(HttpSessionTest, PutsExactlyOurHeadAndBodyOnTheWire) {
  for (const int status : {200, 204, 400, 413, 415, 429, 500, 503}) {
    answer_->status = status;
    answer_->headers = {{"Content-Type", "text/plain"}, {"Retry-After", "5"}};
    answer_->body.bytes = is_bodiless(status) ? "" : std::string(2000, 'x');
    auto [peer, end] = RawPeer::make_pair();
    Connection connection(std::move(end), clock_, stop_);
    peer.write("GET / HTTP/1.1\r\nAccept-Encoding: gzip, br\r\nRange: bytes=0-1\r\n\r\n");
    peer.finish_writing();
    serve_http(connection, clock_, options_, [this](Request) { return answer_; });
    const auto body_size = static_cast<int64_t>(answer_->body.bytes.size());
    const int64_t head = head_size(*answer_, body_size);
    EXPECT_EQ(connection.bytes_written(), head + body_size);
    const std::string got = peer.read(static_cast<size_t>(head + body_size));
    const std::string expected = response_head(*answer_, body_size, clock_.now());
    const size_t date = got.find("Date: ");
    ASSERT_NE(date, std::string::npos);
    EXPECT_EQ(got.substr(0, date), expected.substr(0, expected.find("Date: ")));
    EXPECT_EQ(got.substr(static_cast<size_t>(head)), answer_->body.bytes);
  }
}

TEST_F(HttpSessionTest, KeepsTheConnectionAndAnswersInOrder) {
  start();
  for (const std::string path : {"/a", "/b", "/c"}) {
    peer_.write("GET " + path + " HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(peer_.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
  }
  finish();
  ASSERT_EQ(requests_.size(), 3u);
  EXPECT_EQ(requests_[2].path, "/c");
}

TEST_F(HttpSessionTest, ReadsChunkedBodies) {
  talk("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n");
  ASSERT_EQ(requests_.size(), 1u);
  EXPECT_EQ(requests_[0].body.bytes, "abcd");
}

TEST_F(HttpSessionTest, APostWithoutLengthHasNoBody) {
  start();
  peer_.write("POST / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(peer_.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(HttpSessionTest, AsksForABodyThatWaitsForIt) {
  start();
  peer_.write("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(peer_.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer_.write("hi");
  EXPECT_TRUE(peer_.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
  finish();
  EXPECT_EQ(requests_.at(0).body.bytes, "hi");
}

TEST_F(HttpSessionTest, RefusesBodiesAboveTheLimit) {
  options_.max_body_bytes = 4;
  EXPECT_TRUE(talk("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabcde")
                  .starts_with("HTTP/1.1 413 Request Entity Too Large\r\nConnection: close\r\n"));
  EXPECT_TRUE(requests_.empty());
}

TEST_F(HttpSessionTest, RefusesChunksAboveTheLimit) {
  options_.max_body_bytes = 4;
  EXPECT_TRUE(talk("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n")
                  .starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(requests_.empty());
}

TEST_F(HttpSessionTest, TakesABodyOfExactlyTheLimit) {
  options_.max_body_bytes = 5;
  EXPECT_TRUE(
      talk("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabcde").starts_with("HTTP/1.1 200"));
}

TEST_F(HttpSessionTest, HangsUpOnWhatIsNotHttp) {
  EXPECT_TRUE(talk("\x16\x03\x01 hello\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(requests_.empty());
}

TEST_F(HttpSessionTest, HangsUpWhereTheClientAsksForIt) {
  start();
  peer_.write("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_NE(peer_.read_to_end().find("Connection: close\r\n"), std::string::npos);
}

TEST_F(HttpSessionTest, HangsUpWithoutAWordWhereThereIsNoAnswer) {
  answer_.reset();
  start();
  peer_.write("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(peer_.read_to_end(), "");
}

TEST_F(HttpSessionTest, HangsUpOnAnIdleClient) {
  options_.io_timeout = Duration::milliseconds(5);
  start();
  EXPECT_EQ(peer_.read_to_end(), "");
}

TEST_F(HttpSessionTest, AStopEndsIt) {
  start();
  stop_.raise();
  EXPECT_EQ(peer_.read_to_end(), "");
}

}  // namespace
}  // namespace pushpull
