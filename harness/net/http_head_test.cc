#include "harness/net/http_head.h"

#include <gtest/gtest.h>

#include <string>

namespace pushpull {
namespace {

TEST(HttpHeadTest, RequestWithABody) {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/write";
  request.headers = {{"User-Agent", "Prometheus/3.5.0"}, {"Content-Encoding", "snappy"}};
  EXPECT_EQ(request_head(request, "127.0.0.1:9090", 12),
            "POST /api/v1/write HTTP/1.1\r\n"
            "Host: 127.0.0.1:9090\r\n"
            "User-Agent: Prometheus/3.5.0\r\n"
            "Content-Length: 12\r\n"
            "Content-Encoding: snappy\r\n"
            "\r\n");
  request.headers = {{"User-Agent", "u"}};
  EXPECT_EQ(
      request_head(request, "a", 12),
      "POST /api/v1/write HTTP/1.1\r\nHost: a\r\nUser-Agent: u\r\nContent-Length: 12\r\n\r\n");
}

TEST(HttpHeadTest, RequestWithoutABody) {
  Request request;
  request.path = "/federate";
  request.query = "match[]=up";
  EXPECT_EQ(request_head(request, "a:1", 0),
            "GET /federate?match[]=up HTTP/1.1\r\nHost: a:1\r\n\r\n");
  request.method = "POST";
  EXPECT_NE(request_head(request, "a:1", 0).find("Content-Length: 0\r\n"), std::string::npos);
}

TEST(HttpHeadTest, ResponseAsGoSendsIt) {
  // 1 000 000 000 s after the epoch.
  const Instant date = Instant::from_unix_ms(1'000'000'000'000);
  Response response;
  response.status = 400;
  EXPECT_EQ(response_head(response, 3, date),
            "HTTP/1.1 400 Bad Request\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Date: Sun, 09 Sep 2001 01:46:40 GMT\r\n"
            "Content-Length: 3\r\n"
            "\r\n");
  response.status = 204;
  EXPECT_EQ(response_head(response, 0, date),
            "HTTP/1.1 204 No Content\r\nDate: Sun, 09 Sep 2001 01:46:40 GMT\r\n\r\n");
  response.status = 299;
  response.headers = {{"content-type", "x"}};
  EXPECT_EQ(response_head(response, 1, date),
            "HTTP/1.1 299 status code 299\r\ncontent-type: x\r\n"
            "Date: Sun, 09 Sep 2001 01:46:40 GMT\r\nContent-Length: 1\r\n\r\n");
}

TEST(HttpHeadTest, SizeIsTheLengthOfTheHead) {
  Request request;
  request.method = "POST";
  request.path = "/p";
  request.query = "a=b";
  request.headers = {{"A", "b"}};
  Response response;
  response.headers = {{"A", "b"}};
  for (const int64_t body : {0, 9, 10, 123'456}) {
    EXPECT_EQ(head_size(request, "h:1", body),
              static_cast<int64_t>(request_head(request, "h:1", body).size()));
    for (const int status : {200, 204, 299, 304, 503}) {
      response.status = status;
      EXPECT_EQ(
          head_size(response, body),
          static_cast<int64_t>(
              response_head(response, body, Instant::from_unix_ms(1'767'225'600'000)).size()));
    }
  }
}

}  // namespace
}  // namespace pushpull
