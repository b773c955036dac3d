#include "harness/remote_write/write_client.h"

#include <gtest/gtest.h>

#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

class WriteClientTest : public ::testing::Test {
 protected:
  // One request of 7 samples as this attempt, as the transport got it.
  FakeTransport::Sent send(const char* release, int attempt) {
    const WriteClient client = make(release, false);
    Batch batch = {Slice::whole(record_at(layout_of(7), kVirtualStart))};
    client.send(client.payload(std::move(batch)), attempt, [](const Exchange&) {});
    return transport_.sent.back();
  }

  WriteClient::Verdict judge(const char* release, int status, bool retry_429 = false) {
    Exchange exchange;
    exchange.response.status = status;
    exchange.response.headers.add("Retry-After", "3");
    return make(release, retry_429).judge(exchange, 7, kVirtualStart);
  }

  WriteClient make(const char* release, bool retry_429) {
    RemoteWriteConfig config = config_;
    config.url = url_;
    config.remote_timeout = s(12);
    config.protobuf_message = message_;
    config.queue_config.retry_on_http_429 = retry_429;
    return {transport_, labels_, [](int64_t n) { return n * 30; }, config,
            *release_profile(release)};
  }

  static std::vector<std::string> lines(const Headers& headers) {
    std::vector<std::string> out;
    for (const Header& header : headers) out.push_back(header.name + ": " + header.value);
    return out;
  }

  std::string message_ = std::string(kMessageV1);
  std::string url_ = "http://central:9090/api/v1/write?x=1";
  RemoteWriteConfig config_;
  VirtualLoop loop_;
  FakeTransport transport_{loop_};
  NoLabels labels_;
};

TEST_F(WriteClientTest, PostsWithPrometheussHeaders) {
  const FakeTransport::Sent sent = send("3.5", 0);
  EXPECT_EQ(sent.endpoint, "central:9090");
  EXPECT_EQ(sent.request.method, "POST");
  EXPECT_EQ(sent.request.path, "/api/v1/write");
  EXPECT_EQ(sent.request.query, "x=1");
  EXPECT_EQ(sent.timeout, s(12));
  EXPECT_EQ(lines(sent.request.headers),
            (std::vector<std::string>{"User-Agent: Prometheus/3.5.0", "Content-Encoding: snappy",
                                      "Content-Type: application/x-protobuf",
                                      "X-Prometheus-Remote-Write-Version: 0.1.0"}));
  EXPECT_EQ(sent.request.encode_work.kind, Work::Kind::kWriteEncode);
  EXPECT_EQ(sent.request.encode_work.samples, 7);
  EXPECT_EQ(sent.request.body.payload->wire_size(), 7 * 30);
}

TEST_F(WriteClientTest, Says20WhereItSends20) {
  message_ = kMessageV2;
  const Headers headers = send("3.5", 0).request.headers;
  EXPECT_EQ(headers.get("Content-Type"),
            "application/x-protobuf;proto=io.prometheus.write.v2.Request");
  EXPECT_EQ(headers.get("X-Prometheus-Remote-Write-Version"), "2.0.0");
}

TEST_F(WriteClientTest, ASuccessThatWroteNothingIsARefusalIn20) {
  const auto judged = [this](const Headers& headers, int status = 204) {
    Exchange exchange;
    exchange.response.status = status;
    exchange.response.headers = headers;
    return make("3.5", false).judge(exchange, 7, kVirtualStart);
  };
  const Headers none = {};
  const Headers zero = {{"X-Prometheus-Remote-Write-Samples-Written", "0"}};
  const Headers some = {{"X-Prometheus-Remote-Write-Samples-Written", "5"}};
  EXPECT_EQ(judged(none).outcome, SendOutcome::kDelivered) << "1.0 has no such headers";
  message_ = kMessageV2;
  EXPECT_EQ(judged(none).outcome, SendOutcome::kRejected);
  EXPECT_EQ(judged(zero).outcome, SendOutcome::kRejected);
  EXPECT_EQ(judged(some).outcome, SendOutcome::kDelivered);
  EXPECT_EQ(judged(some).written.samples, 5);
  EXPECT_EQ(judged(some, 400).outcome, SendOutcome::kRejected);
  EXPECT_EQ(judged(some, 400).written.samples, 5);
  EXPECT_EQ(judged(zero, 503).outcome, SendOutcome::kRetry);
}

TEST_F(WriteClientTest, CountsRetriesWhereTheReleaseDoes) {
  EXPECT_EQ(send("3.5", 2).request.headers.get("Retry-Attempt"), "2");
  EXPECT_FALSE(send("3.5", 0).request.headers.has("Retry-Attempt"));
  EXPECT_FALSE(send("2.42.0+ds", 2).request.headers.has("Retry-Attempt"));
  EXPECT_EQ(send("2.42.0+ds", 0).request.headers.get("User-Agent"), "Prometheus/2.42.0+ds");
}

TEST_F(WriteClientTest, FurtherHeadersStandInGosOrder) {
  config_.headers = {{"x-scope-orgid", "7"}, {"A-First", "1"}, {"Z-Last", "2"}};
  EXPECT_EQ(lines(send("3.5", 1).request.headers),
            (std::vector<std::string>{
                "User-Agent: Prometheus/3.5.0", "A-First: 1", "Content-Encoding: snappy",
                "Content-Type: application/x-protobuf", "Retry-Attempt: 1",
                "X-Prometheus-Remote-Write-Version: 0.1.0", "X-Scope-Orgid: 7", "Z-Last: 2"}));
  config_.headers = {{"retry-attempt", "mine"}};
  EXPECT_EQ(send("3.5", 1).request.headers.get("Retry-Attempt"), "mine");
}

TEST_F(WriteClientTest, BringsItsCredentials) {
  EXPECT_EQ(send("3.5", 0).request.authorization, nullptr);
  config_.http_client.authorization = Authorization{"Bearer", Secret("abc"), ""};
  const FakeTransport::Sent sent = send("3.5", 0);
  ASSERT_NE(sent.request.authorization, nullptr);
  EXPECT_EQ(sent.request.authorization->authorization()->reveal(), "Bearer abc");
  EXPECT_FALSE(sent.request.headers.has("Authorization")) << "the transport's to add, at the end";
}

TEST_F(WriteClientTest, SpeaksTlsToHttpsOnly) {
  config_.http_client.tls_config.settings.server_name = "central";
  EXPECT_EQ(send("3.5", 0).request.tls, nullptr);
  url_ = "https://central/w";
  const FakeTransport::Sent sent = send("3.5", 0);
  ASSERT_NE(sent.request.tls, nullptr);
  EXPECT_EQ(sent.request.tls->server_name, "central");
  EXPECT_EQ(sent.endpoint, "central:443");
}

TEST_F(WriteClientTest, ListensToRetryAfterAsTheReleaseDoes) {
  EXPECT_EQ(judge("3.5", 503).retry_after, s(3));
  EXPECT_EQ(judge("2.42", 503).retry_after, std::nullopt);
  EXPECT_EQ(judge("3.5", 429, true).retry_after, s(3));
  EXPECT_EQ(judge("2.42", 429, true).retry_after, s(3));
  EXPECT_EQ(judge("3.5", 429).outcome, SendOutcome::kRejected);
  EXPECT_EQ(judge("3.5", 204).retry_after, std::nullopt);
}

}  // namespace
}  // namespace pushpull
