#include "harness/roles/link_command.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

LinkCommand parsed(const std::string& line) { return parse_link_command(line).value(); }

TEST(LinkCommand, KnowsTheStatesOfALink) {
  EXPECT_EQ(std::get<LinkState>(parsed("down")), LinkState::kDown);
  for (const LinkState state : {LinkState::kUp, LinkState::kDown, LinkState::kBlackhole}) {
    EXPECT_EQ(std::get<LinkState>(parsed(to_line(state))), state);
  }
  EXPECT_TRUE(std::holds_alternative<ResetLink>(parsed(to_line(ResetLink()))));
}

TEST(LinkCommand, CarriesADisturbanceUnchanged) {
  const Disturbance sent{Duration::milliseconds(40), Duration::nanoseconds(7), 1'500'000,
                         0.1 + 0.2};
  for (const Direction direction : kDirections) {
    const auto got = std::get<DisturbLink>(parsed(to_line(DisturbLink{direction, sent})));
    EXPECT_EQ(got.direction, direction);
    EXPECT_EQ(got.disturbance.delay, sent.delay);
    EXPECT_EQ(got.disturbance.jitter, sent.jitter);
    EXPECT_EQ(got.disturbance.bandwidth, sent.bandwidth);
    EXPECT_EQ(got.disturbance.loss, sent.loss);
  }
  EXPECT_EQ(to_line(DisturbLink{Direction::kToClient, {Duration::seconds(1), {}, 0, 0.25}}),
            "disturb to_client 1000000000 0 0 0.25");
}

TEST(LinkCommand, CarriesAnAnswerUnchanged) {
  const auto got = std::get<AnswerAtLink>(
      parsed(to_line(AnswerAtLink{LinkAnswer{429, 1.0 / 3, Duration::seconds(5)}})));
  ASSERT_TRUE(got.answer.has_value());
  EXPECT_EQ(got.answer->status, 429);
  EXPECT_EQ(got.answer->share, 1.0 / 3);
  EXPECT_EQ(got.answer->retry_after, Duration::seconds(5));
  EXPECT_FALSE(std::get<AnswerAtLink>(parsed(to_line(AnswerAtLink()))).answer.has_value());
}

TEST(LinkCommand, RefusesWhatItDoesNotUnderstand) {
  for (const std::string bad :
       {"", "sideways", "down now", "disturb", "disturb up 0 0 0 0", "disturb to_server 0 0 0",
        "disturb to_server 0 0 0 0.6", "disturb to_server -1 0 0 0", "disturb to_server 0 0 0 nan",
        "disturb to_server 99999999999999999999 0 0 0", "answer 42 1 0", "answer 503 1.5 0",
        "answer 503 1", "answer 503 1 0 0"}) {
    const Result<LinkCommand> command = parse_link_command(bad);
    ASSERT_FALSE(command.ok()) << bad;
    EXPECT_NE(command.error().message.find("'" + bad + "'"), std::string::npos);
  }
}

}  // namespace
}  // namespace pushpull
