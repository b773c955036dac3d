#include "harness/net_http/http_transport.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <string>
#include <utility>
#include <vector>

#include "harness/net_http/loopback_test.h"
#include "harness/net_http/socket.h"

namespace pushpull {
namespace {

constexpr int kInTurn = 1000;
constexpr size_t kAtOnce = 60;

using HttpTransportTest = LoopbackTest;

TEST_F(HttpTransportTest, ManyRequestsInTurnShareOneConnection) {
  int answered = 0;
  std::function<void()> next = [&] {
    send(post("/", {nullptr, std::to_string(answered)}), [&](const Exchange& result) {
      EXPECT_EQ(result.response.body.bytes, std::to_string(answered));
      ++answered;
      if (answered == kInTurn) {
        loop_.stop();
      } else {
        next();
      }
    });
  };
  next();
  loop_.run();
  EXPECT_EQ(answered, kInTurn);
  EXPECT_EQ(transport_->connections(), 1);
  EXPECT_EQ(server_->connections(), 1);
}

TEST_F(HttpTransportTest, RequestsAtOnceHaveAConnectionEach) {
  // Nothing is answered until all have arrived, so they must be in flight together.
  std::vector<std::pair<Arrival, Service::Respond>> waiting;
  service_.script = [&](Arrival arrival, Service::Respond respond) {
    waiting.emplace_back(std::move(arrival), std::move(respond));
    if (waiting.size() < kAtOnce) return;
    for (auto& [kept, reply] : waiting) ScriptedService::echo(std::move(kept), reply);
  };
  size_t answered = 0;
  for (size_t i = 0; i < kAtOnce; ++i) {
    send(post("/", {nullptr, std::to_string(i)}), [&, i](const Exchange& result) {
      EXPECT_EQ(result.response.body.bytes, std::to_string(i));
      if (++answered == kAtOnce) loop_.stop();
    });
  }
  loop_.run();
  EXPECT_EQ(server_->connections(), static_cast<int64_t>(kAtOnce));
}

TEST_F(HttpTransportTest, CountsTheBytesOfBothDirections) {
  Request request = post("/", {nullptr, "hello"});
  request.headers = {{"User-Agent", "Prometheus/3.5.0"}};
  Response echoed;
  echoed.headers = {{"Content-Type", "text/plain"}};
  const int64_t sent = head_size(request, endpoint_, 5) + 5;
  const Exchange result = exchange(std::move(request));
  EXPECT_EQ(result.bytes_sent, sent);
  EXPECT_EQ(result.bytes_received, head_size(echoed, 5) + 5);
}

TEST_F(HttpTransportTest, CarriesLargeBodies) {
  std::string body(10'000'000, 'x');
  for (size_t i = 0; i < body.size(); i += 97) body[i] = static_cast<char>(i);
  EXPECT_EQ(exchange(post("/", {nullptr, body})).response.body.bytes, body);
}

TEST_F(HttpTransportTest, EncodesPayloadsOffTheLoopThread) {
  const auto body = std::make_shared<TextPayload>("samples");
  EXPECT_EQ(exchange(post("/", {body, "ignored"})).response.body.bytes, "samples");
  EXPECT_NE(body->encoded_on, std::thread::id());
  EXPECT_NE(body->encoded_on, std::this_thread::get_id());
}

TEST_F(HttpTransportTest, ARequestThatCannotBeEncodedIsNotSent) {
  const Exchange result = exchange(post("/", {payload("unencodable"), ""}));
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(result.error.kind, SendError::Kind::kMalformed);
  EXPECT_NE(result.error.message.find("no bytes for this"), std::string::npos);
  EXPECT_EQ(server_->connections(), 0);
}

TEST_F(HttpTransportTest, DecodesSuccessfulResponsesOnly) {
  const Exchange decoded = exchange(post("/", {nullptr, "a"}), Duration::minutes(1), decode_text);
  ASSERT_NE(decoded.response.body.payload, nullptr);
  EXPECT_EQ(text_of(decoded.response.body.payload), "a");
  EXPECT_EQ(decoded.response.body.bytes, "");
  service_.script = [](Arrival, const Service::Respond& respond) {
    Response response;
    response.status = 503;
    response.body.bytes = "malformed";
    respond(std::move(response));
  };
  const Exchange kept = exchange(post("/", {}), Duration::minutes(1), decode_text);
  EXPECT_FALSE(kept.failed);
  EXPECT_EQ(kept.response.body.bytes, "malformed");
}

TEST_F(HttpTransportTest, AResponseThatCannotBeDecodedIsMalformed) {
  const Exchange result =
      exchange(post("/", {nullptr, "malformed"}), Duration::minutes(1), decode_text);
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(result.error.kind, SendError::Kind::kMalformed);
  EXPECT_EQ(result.error.message, "no text");
  EXPECT_EQ(result.response.status, 200);
}

TEST_F(HttpTransportTest, ASilentServerEndsInATimeout) {
  // The kernel takes the connection; nobody ever accepts it.
  const Result<FileDescriptor> silent = listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(silent);
  endpoint_ = "127.0.0.1:" + std::to_string(*local_port(*silent));
  const Duration timeout = Duration::milliseconds(20);
  const Instant start = loop_.now();
  const Exchange result = exchange(post("/", {}), timeout);
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(result.error.kind, SendError::Kind::kTimeout) << result.error.message;
  EXPECT_GE(loop_.now() - start, timeout);
  EXPECT_LT(loop_.now() - start, Duration::seconds(10));
}

TEST_F(HttpTransportTest, TheTimeoutIsOfTheWholeExchange) {
  // Every wait is short, but the answer never ends: a timeout per read would wait for ever.
  const Result<FileDescriptor> listener = listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  endpoint_ = "127.0.0.1:" + std::to_string(*local_port(*listener));
  StopSignal stop;
  std::thread dripping([&] {
    wait_for(listener->get(), POLLIN, Instant::max(), loop_, stop);
    std::optional<FileDescriptor> socket = accept_on(*listener);
    ASSERT_TRUE(socket.has_value());
    Connection connection(std::move(*socket), loop_, stop);
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (connection.write("x") && connection.flush()) {
      wait_for(-1, 0, loop_.now() + Duration::milliseconds(1), loop_, stop);
    }
  });
  const Exchange result = exchange(post("/", {}), Duration::milliseconds(30));
  EXPECT_EQ(result.error.kind, SendError::Kind::kTimeout) << result.error.message;
  dripping.join();
}

TEST_F(HttpTransportTest, ARefusedConnectionIsAConnectError) {
  server_.reset();
  const Exchange result = exchange(post("/", {}));
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(result.error.kind, SendError::Kind::kConnect);
  EXPECT_NE(result.error.message.find(endpoint_), std::string::npos) << result.error.message;
  EXPECT_EQ(result.bytes_sent, 0);
  endpoint_ = "nonsense";
  EXPECT_EQ(exchange(post("/", {})).error.kind, SendError::Kind::kConnect);
}

TEST_F(HttpTransportTest, NeverCallsDoneInsideSend) {
  bool inside = true;
  send(post("/", {}), [&](const Exchange&) {
    EXPECT_FALSE(inside);
    loop_.stop();
  });
  inside = false;
  loop_.run();
}

TEST_F(HttpTransportTest, DestructionCancelsAndCallsNothing) {
  auto held = std::make_shared<int>(0);
  service_.script = [&](Arrival, const Service::Respond&) {
    // All requests but this one may be anywhere: connecting, sending, waiting.
    transport_.reset();
    loop_.post([&] { loop_.stop(); });
  };
  for (int i = 0; i < 10; ++i) {
    send(post("/", {}), [held](const Exchange&) { ADD_FAILURE() << "called after destruction"; });
  }
  loop_.run();
  server_.reset();
  // What the callbacks held goes on the loop thread, with the tasks that would have run them.
  loop_.post([&] { loop_.stop(); });
  loop_.run();
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace pushpull
