#include "harness/net_http/reply.h"

#include <gtest/gtest.h>

#include <thread>

namespace pushpull {
namespace {

Response with_status(int status) {
  Response response;
  response.status = status;
  return response;
}

TEST(ReplyTest, HandsOverTheResponse) {
  Reply reply;
  std::thread answerer([&] { reply.set(with_status(204)); });
  const std::optional<Response> response = reply.wait(std::stop_token());
  answerer.join();
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 204);
}

TEST(ReplyTest, AStopEndsTheWait) {
  Reply reply;
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(reply.wait(stop.get_token()).has_value());
  stopper.join();
  reply.set(with_status(200));  // late, and harmless
}

TEST(ReplyDeathTest, ASecondAnswerIsABug) {
  Reply reply;
  reply.set(with_status(200));
  EXPECT_DEATH(reply.set(with_status(200)), "answered twice");
}

}  // namespace
}  // namespace pushpull
