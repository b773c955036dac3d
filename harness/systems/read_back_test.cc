#include "harness/systems/read_back.h"

#include <gtest/gtest.h>

#include <deque>

#include "harness/loop/virtual_loop.h"
#include "harness/systems/export_api.h"
#include "harness/systems/remote_read_api.h"
#include "harness/wire/compression.h"

namespace pushpull {
namespace {

using wire::ReadMatcher;
using wire::ReadQuery;

const std::vector<ReadMatcher> kSome = {{ReadMatcher::Type::kEqual, "instance", "a"}};
const std::vector<ReadMatcher> kRest = {{ReadMatcher::Type::kNotEqual, "instance", "a"}};

TEST(PlanReadBack, EachMillisecondOnceAndFewSamplesEach) {
  // A series per 2 ms, so 200 000 samples are 400 s: 1000 s are two slices and a half.
  const auto queries = plan_read_back(
      {{kSome, 5000, Duration::seconds(10)}, {kRest, 1, Duration::seconds(10)}}, 7000, 1'006'999);
  EXPECT_EQ(queries, (std::vector<ReadQuery>{{7000, 406'999, kSome},
                                             {407'000, 806'999, kSome},
                                             {807'000, 1'006'999, kSome},
                                             {7000, 1'006'999, kRest}}));
  // More series than samples in an interval: slices shorter than that.
  EXPECT_EQ(plan_read_back({{kSome, 400'000, Duration::seconds(1)}}, 0, 999),
            (std::vector<ReadQuery>{{0, 499, kSome}, {500, 999, kSome}}));
  EXPECT_EQ(plan_read_back({{kSome, 1, Duration::seconds(1)}}, 5, 5),
            (std::vector<ReadQuery>{{5, 5, kSome}}));
}

// Answers each request with the next of its answers.
class FakeServer : public Transport {
 public:
  explicit FakeServer(EventLoop& loop) : loop_(loop) {}
  void send(const std::string& endpoint, Request request, Duration /*timeout*/, Decoder /*decode*/,
            Work::Kind /*work*/, Done done) override {
    EXPECT_EQ(endpoint, "central:9090");
    paths.push_back(request.path);
    if (request.path == "/api/v1/read")
      asked.push_back(wire::snappy_uncompress(request.body.bytes, 1000).value());
    auto exchange = std::make_shared<Exchange>();
    exchange->response = answers.front();
    answers.pop_front();
    loop_.schedule_after(Duration::milliseconds(1),
                         [exchange, done] { done(Exchange(*exchange)); });
  }

  std::deque<Response> answers;
  std::vector<std::string> paths;
  std::vector<std::string> asked;

 private:
  EventLoop& loop_;
};

// A response of one series without labels and one sample: value 0 at `ms` (below 128).
Response one_sample(char ms) {
  std::string message{'\x0a', 6, '\x0a', 4, '\x12', 2, '\x10', ms};
  Response response;
  response.body.bytes = wire::snappy_compress(message);
  return response;
}

class ReadBackTest : public testing::Test {
 protected:
  // What came of two queries.
  void read(const ReadApi& api = RemoteReadApi()) {
    ReadBack back(
        api, server_, "central:9090", {{0, 9, kSome}, {10, 19, kSome}},
        [this](const wire::WrittenRequest& samples) {
          for (const auto& sample : samples.samples) times_.push_back(sample.timestamp_ms);
        },
        [this](Status status) { results_.push_back(std::move(status)); });
    back.start();
    loop_.run_for(Duration::seconds(1));
  }

  VirtualLoop loop_;
  FakeServer server_{loop_};
  std::vector<int64_t> times_;
  std::vector<Status> results_;
};

TEST_F(ReadBackTest, OneQueryAfterTheOther) {
  server_.answers = {one_sample(4), one_sample(12)};
  read();
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_TRUE(results_[0].ok());
  EXPECT_EQ(times_, (std::vector<int64_t>{4, 12}));
  EXPECT_EQ(server_.asked, (std::vector<std::string>{wire::encode_read_request({0, 9, kSome}),
                                                     wire::encode_read_request({10, 19, kSome})}));
}

TEST_F(ReadBackTest, TheFirstFailureEndsItAndSaysWhy) {
  Response refused = error_response(400, "exceeded sample limit (1)");
  server_.answers = {refused};
  read();
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_EQ(results_[0].error().message,
            "cannot read back what central:9090 holds: status 400: exceeded sample limit (1)\n");
  EXPECT_TRUE(times_.empty());
}

TEST_F(ReadBackTest, WhatHasToBeFlushedIsFlushedFirst) {
  Response line;
  line.body.bytes = R"({"metric":{"__name__":"m"},"values":[1],"timestamps":[12]})";
  server_.answers = {Response(), Response(), line};
  read(ExportApi());
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_TRUE(results_[0].ok());
  EXPECT_EQ(server_.paths, (std::vector<std::string>{"/internal/force_flush", "/api/v1/export",
                                                     "/api/v1/export"}));
  EXPECT_EQ(times_, (std::vector<int64_t>{12}));

  server_.answers = {error_response(404, "no such path")};
  read(ExportApi());
  ASSERT_EQ(results_.size(), 2u);
  EXPECT_EQ(results_[1].error().message,
            "cannot read back what central:9090 holds: status 404: no such path\n");
}

TEST_F(ReadBackTest, BytesThatAreNoAnswerAreAnError) {
  for (const std::string& bytes : {std::string("not snappy"), wire::snappy_compress("\x08\x01")}) {
    Response nonsense;
    nonsense.body.bytes = bytes;
    server_.answers = {nonsense};
    results_.clear();
    read();
    ASSERT_EQ(results_.size(), 1u);
    EXPECT_FALSE(results_[0].ok());
  }
}

}  // namespace
}  // namespace pushpull
