#include "harness/roles/request_gate.h"

#include <gtest/gtest.h>

#include "harness/base/random.h"

namespace pushpull {
namespace {

const std::string kGet = "GET /federate HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kPost = "POST /api/v1/write HTTP/1.1\r\ncontent-LENGTH:  5 \r\n\r\nhello";

struct Gate {
  // Answers what `verdict` says; "" lets pass.
  explicit Gate(std::function<std::string()> verdict) : gate(std::move(verdict)) {}
  void feed(std::string_view bytes) {
    RequestGate::Passed passed = gate.take(bytes);
    gone_on += passed.bytes;
    for (SeenRequest& request : passed.requests) {
      if (!request.answer.empty()) answers.push_back(request.answer);
      requests.push_back(std::move(request));
    }
  }
  RequestGate gate;
  std::string gone_on;
  std::vector<std::string> answers;
  std::vector<SeenRequest> requests;
};

Gate open_gate() {
  return Gate([] { return std::string(); });
}
Gate closed_gate() {
  return Gate([] { return std::string("no"); });
}

TEST(RequestGate, LetsRequestsPassUnchanged) {
  Gate gate = open_gate();
  gate.feed(kPost + kGet + kPost);
  EXPECT_EQ(gate.gone_on, kPost + kGet + kPost);
  EXPECT_TRUE(gate.answers.empty());
}

TEST(RequestGate, AnswersWholeRequestsAndHoldsThemBack) {
  Gate gate = closed_gate();
  gate.feed(kPost.substr(0, kPost.size() - 1));
  EXPECT_TRUE(gate.answers.empty());
  gate.feed(kPost.substr(kPost.size() - 1));
  EXPECT_EQ(gate.answers.size(), 1u);
  gate.feed(kGet + kPost);
  EXPECT_EQ(gate.answers.size(), 3u);
  EXPECT_EQ(gate.gone_on, "");
}

TEST(RequestGate, DecidesForEachRequest) {
  int asked = 0;
  Gate gate([&asked] { return ++asked % 2 == 0 ? std::string("no") : std::string(); });
  gate.feed(kPost + kGet + kGet);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(gate.gone_on, kPost + kGet);
  EXPECT_EQ(gate.answers, std::vector<std::string>{"no"});
}

// However the stream is cut, the same comes out.
TEST(RequestGate, DoesNotCareWhereReadsEnd) {
  constexpr uint64_t kSeed = 7;
  Random random(kSeed, "request_gate_test");
  SCOPED_TRACE(kSeed);
  for (int round = 0; round < 200; ++round) {
    int asked = 0;
    Gate gate([&asked] { return ++asked % 3 == 0 ? std::string("no") : std::string(); });
    const std::string stream = kGet + kPost + kGet + kPost + kPost + kPost;
    for (size_t at = 0; at < stream.size();) {
      const size_t size = 1 + random.below(60);
      gate.feed(std::string_view(stream).substr(at, size));
      at += size;
    }
    ASSERT_EQ(gate.gone_on, kGet + kPost + kPost + kPost);
    ASSERT_EQ(gate.answers.size(), 2u);
  }
}

TEST(RequestGate, SaysWhatEachRequestWas) {
  const std::string again =
      "POST /api/v1/write HTTP/1.1\r\nRetry-Attempt: 12\r\nContent-Length: 5\r\n\r\n";
  Gate gate = open_gate();
  gate.feed(kPost + kGet + again + "he");
  ASSERT_EQ(gate.requests.size(), 2u);
  gate.feed("llo" + again + "world");
  ASSERT_EQ(gate.requests.size(), 4u);
  const uint64_t hello = XXH64("hello", 5, 0);
  EXPECT_EQ(gate.requests[0], (SeenRequest{0, 5, hello, ""}));
  EXPECT_EQ(gate.requests[1], (SeenRequest{0, 0, XXH64("", 0, 0), ""}));
  EXPECT_EQ(gate.requests[2], (SeenRequest{12, 5, hello, ""}));
  EXPECT_NE(gate.requests[3].body_hash, hello);
}

TEST(RequestGate, LetsEverythingElsePassUnseen) {
  for (const std::string& strange :
       {std::string("\x16\x03\x01 hello\r\n\r\n"), std::string("GET / SPDY\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: 5x\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
        std::string(RequestGate::kLargestHead + 1, 'x')}) {
    Gate gate = closed_gate();
    gate.feed(strange);
    gate.feed(kGet);
    EXPECT_EQ(gate.gone_on, strange + kGet);
    EXPECT_TRUE(gate.answers.empty());
  }
}

TEST(RequestGate, SurvivesGarbage) {
  constexpr uint64_t kSeed = 11;
  Random random(kSeed, "request_gate_test");
  SCOPED_TRACE(kSeed);
  constexpr std::string_view kPieces[] = {"\r\n", "\r\n\r\n", ":",     "Content-Length",
                                          "9",    " HTTP/1.", "GET /", "\0x"};
  for (int round = 0; round < 500; ++round) {
    Gate gate = open_gate();
    std::string stream;
    for (int piece = 0; piece < 40; ++piece) {
      const std::string_view text = kPieces[random.below(std::size(kPieces))];
      stream += text;
      gate.feed(text);
    }
    // All it got, but for a head that has not ended.
    ASSERT_EQ(stream.substr(0, gate.gone_on.size()), gate.gone_on);
  }
}

}  // namespace
}  // namespace pushpull
