#include "harness/roles/link_exchange.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace pushpull {
namespace {

constexpr Instant at(int64_t ms) { return Instant::from_unix_ms(1'767'225'600'000 + ms); }

struct Watched {
  void respond(int64_t ms, std::string_view bytes) { watch.responded(at(ms), bytes); }

  std::vector<LinkExchange> told;
  ExchangeWatch watch{[this](const LinkExchange& exchange) { told.push_back(exchange); }};
};

const SeenRequest kFirst{0, 500, 77, ""};
const SeenRequest kRetry{3, 500, 77, ""};

TEST(ExchangeWatch, TellsStatusAndTimesOfEachRequest) {
  Watched w;
  w.watch.asked(at(0), kFirst);
  EXPECT_TRUE(w.told.empty());
  w.respond(20, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
  w.watch.asked(at(50), kRetry);
  w.respond(70, "HTTP/1.1 204 No Content\r\n\r\n");
  const std::vector<LinkExchange> expected = {{at(0), at(20), 503, false, 0, 500, 77},
                                              {at(50), at(70), 204, false, 3, 500, 77}};
  EXPECT_EQ(w.told, expected);
}

TEST(ExchangeWatch, WaitsForAStatusThatComesInPieces) {
  Watched w;
  w.watch.asked(at(0), kFirst);
  for (const char* piece : {"H", "TTP/1.1", " 20"}) w.respond(10, piece);
  EXPECT_TRUE(w.told.empty());
  w.respond(30, "4");
  ASSERT_EQ(w.told.size(), 1u);
  EXPECT_EQ(w.told[0].status, 204);
  EXPECT_EQ(w.told[0].answered, at(30));
}

TEST(ExchangeWatch, TellsTheLinksOwnAnswersAtOnce) {
  Watched w;
  w.watch.asked(at(5), {0, 500, 77, "HTTP/1.1 429 Too Many Requests\r\n\r\n"});
  ASSERT_EQ(w.told.size(), 1u);
  EXPECT_EQ(w.told[0].status, 429);
  EXPECT_TRUE(w.told[0].by_link);
  EXPECT_EQ(w.told[0].answered, at(5));
}

TEST(ExchangeWatch, ARequestWithoutAResponseIsToldWhenThatIsCertain) {
  Watched w;
  w.watch.ended(at(0));
  EXPECT_TRUE(w.told.empty());
  w.watch.asked(at(1), kFirst);
  w.watch.asked(at(2), kRetry);
  w.watch.ended(at(3));
  ASSERT_EQ(w.told.size(), 2u);
  EXPECT_EQ(w.told[0].status, 0);
  EXPECT_EQ(w.told[1].status, 0);
  EXPECT_EQ(w.told[1].answered, at(3));
}

TEST(ExchangeWatch, ARefusedConnectionIsAnAttemptWithoutARequest) {
  Watched w;
  w.watch.refused(at(4));
  const std::vector<LinkExchange> expected = {{at(4), at(4)}};
  EXPECT_EQ(w.told, expected);
}

TEST(ExchangeWatch, IgnoresBytesThatAnswerNothingAndWhatIsNoStatus) {
  Watched w;
  w.respond(0, "HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_TRUE(w.told.empty());
  w.watch.asked(at(1), kFirst);
  w.respond(2, "SSH-2.0-OpenSSH_9.2");
  ASSERT_EQ(w.told.size(), 1u);
  EXPECT_EQ(w.told[0].status, 0);
}

}  // namespace
}  // namespace pushpull
