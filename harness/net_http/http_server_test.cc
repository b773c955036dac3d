#include "harness/net_http/http_server.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "harness/net_http/loopback_test.h"

namespace pushpull {
namespace {

constexpr size_t kRequests = 10;  // in flight at once

using HttpServerTest = LoopbackTest;

TEST_F(HttpServerTest, HandlesOnTheLoopThreadAndEncodesElsewhere) {
  const auto body = std::make_shared<TextPayload>("samples");
  service_.script = [&](Arrival, const Service::Respond& respond) {
    Response response;
    response.body.payload = body;
    respond(std::move(response));
  };
  EXPECT_EQ(exchange(post("/", {})).response.body.bytes, "samples");
  EXPECT_EQ(service_.handled_on, std::this_thread::get_id());
  EXPECT_NE(body->encoded_on, std::thread::id());
  EXPECT_NE(body->encoded_on, std::this_thread::get_id());
}

TEST_F(HttpServerTest, DecodesWhereTheServiceHasADecoder) {
  service_.script = [](Arrival arrival, const Service::Respond& respond) {
    EXPECT_EQ(arrival.request.body.bytes, "");
    EXPECT_EQ(text_of(arrival.request.body.payload), "hello");
    respond(Response());
  };
  EXPECT_EQ(exchange(post("/decode", {nullptr, "hello"})).response.status, 200);
}

TEST_F(HttpServerTest, LeavesAMalformedBodyToTheService) {
  service_.script = [](Arrival arrival, const Service::Respond& respond) {
    ASSERT_TRUE(arrival.malformed.has_value());
    EXPECT_EQ(arrival.malformed->message, "no text");
    EXPECT_EQ(arrival.request.body.payload, nullptr);
    Response response;
    response.status = 400;
    respond(std::move(response));
  };
  EXPECT_EQ(exchange(post("/decode", {nullptr, "malformed"})).response.status, 400);
}

TEST_F(HttpServerTest, AnswersThatCannotBeEncodedAre500) {
  service_.script = [](Arrival, const Service::Respond& respond) {
    Response response;
    response.body.payload = payload("unencodable");
    respond(std::move(response));
  };
  const Exchange result = exchange(post("/", {}));
  EXPECT_EQ(result.response.status, 500);
  EXPECT_EQ(result.response.body.bytes, "no bytes for this\n");
}

TEST_F(HttpServerTest, TheServiceMayAnswerLater) {
  service_.script = [&](Arrival arrival, Service::Respond respond) {
    auto held = std::make_shared<Arrival>(std::move(arrival));
    loop_.schedule_after(Duration::milliseconds(2), [held, respond = std::move(respond)] {
      ScriptedService::echo(std::move(*held), respond);
    });
  };
  EXPECT_EQ(exchange(post("/", {nullptr, "patience"})).response.body.bytes, "patience");
}

TEST_F(HttpServerTest, StopsWithRequestsInFlightAndIdleConnections) {
  EXPECT_FALSE(exchange(post("/", {})).failed);  // leaves an idle connection behind
  // The service keeps the requests for ever; once all are there, the server goes.
  std::vector<Service::Respond> kept;
  service_.script = [&](Arrival, Service::Respond respond) {
    kept.push_back(std::move(respond));
    if (kept.size() == kRequests) loop_.post([&] { server_.reset(); });
  };
  size_t closed = 0;
  for (size_t i = 0; i < kRequests; ++i) {
    send(post("/", {}), [&](const Exchange& result) {
      EXPECT_TRUE(result.failed);
      EXPECT_EQ(result.error.kind, SendError::Kind::kClosed) << result.error.message;
      if (++closed == kRequests) loop_.stop();
    });
  }
  loop_.run();
  for (const Service::Respond& respond : kept) respond(Response());  // late, and dropped
}

TEST_F(HttpServerTest, IsNotCalledByWhatWasOnItsWayWhenItStopped) {
  service_.script = [](Arrival, const Service::Respond&) { ADD_FAILURE() << "service is gone"; };
  // The loop does not run while the request arrives, so its arrival is still queued when the server
  // goes: connections() tells that it was accepted.
  send(post("/", {}), [&](const Exchange&) { loop_.stop(); });
  while (server_->connections() == 0) std::this_thread::yield();
  server_.reset();
  loop_.run();
}

TEST_F(HttpServerTest, AnotherServerCannotTakeThePort) {
  const auto second = HttpServer::start(loop_, service_, endpoint_);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find(endpoint_), std::string::npos) << second.error().message;
  EXPECT_FALSE(HttpServer::start(loop_, service_, "nonsense"));
}

TEST_F(HttpServerTest, RestartsOnItsPortAndClientsReconnect) {
  EXPECT_FALSE(exchange(post("/", {})).failed);
  const std::string before = endpoint_;
  server_.reset();
  serve(before);
  EXPECT_EQ(endpoint_, before);
  EXPECT_FALSE(exchange(post("/", {})).failed);
  EXPECT_EQ(transport_->connections(), 2);
}

}  // namespace
}  // namespace pushpull
